"""Templates lay text out: they hold no quotes around values, no logic, and miss no value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import flowyml_templates
from flowyml.rendering import format_python, render

TEMPLATES = sorted(Path(flowyml_templates.__file__).parent.rglob("*.jinja"))
HOLE = re.compile(r"\{\{(.*?)\}\}")
SAFE = re.compile(r"write\(|\| (py|comment|docstring|json|lines)\b")
OURS = {"file.version", "file.target", "module", 'names | join(", ")', "file.told"}
OURS |= {"version", "base"}
"""Text that is made of our own words, of identifiers, or of an image's name, which is checked."""

each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)


@each_template
def test_no_quote_stands_beside_a_hole(template):
    assert not re.findall(r"""["']\s*\{\{|\}\}\s*["']""", template.read_text())


@each_template
def test_every_value_passes_a_filter(template):
    holes = {hole.strip() for hole in HOLE.findall(template.read_text())}
    assert {hole for hole in holes if not SAFE.search(hole)} <= OURS


@each_template
def test_a_template_is_short_and_knows_only_loops_and_parts(template):
    text = template.read_text()
    assert len(text.splitlines()) < 60
    assert set(re.findall(r"\{%-?\s*(\w+)", text)) <= {"for", "endfor", "include"}


def test_there_are_templates():
    assert [path.name for path in TEMPLATES] == [
        "dag.py.jinja",
        "maps.py.jinja",
        "Dockerfile.jinja",
    ]


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(UndefinedError, match="'file' is undefined"):
        render("airflow/dag.py.jinja")


def test_python_is_formatted_in_our_mode_whatever_the_users_is(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 20\n")
    monkeypatch.chdir(tmp_path)
    line = f"value = [{', '.join(['100'] * 12)}]\n"
    assert format_python(line) == line
