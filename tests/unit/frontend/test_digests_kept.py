"""A worker finds the digests of the process before it, and only as long as they still hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

SCRIPT = """
import json, sys
sys.path[:0] = sys.argv[1].split("|")
from importlib import import_module
from pathlib import Path
from flowyml.frontend.digest import reach_of
from flowyml.frontend.digest_kept import digest_here
function = getattr(import_module(sys.argv[2]), "work")
found = digest_here(function, Path(sys.argv[3]))
walked = "flowyml.frontend.digest_walk" in sys.modules
reach = reach_of(found, function, lambda: Path(sys.argv[3]))
from flowyml.frontend.digest import source_digest
assert found == source_digest(function, Path(sys.argv[3]))
assert reach == reach_of(found, function, lambda: Path(sys.argv[3]))
print(json.dumps([found, walked, vars(reach)]))
"""
PIPELINE = """
import json, os
import numbers
from shapes import AREA, area

with open("settings.json") as file:
    SETTINGS = json.load(file)

SIZE = 3

class Box:
    pass

BOX = Box()

def work(x):
    import later
    return area(x) * SIZE + AREA + len(SETTINGS) + isinstance(x, numbers.Real) + (BOX is None)
"""
FILES = {
    "pyproject.toml": "",
    "pipeline.py": PIPELINE,
    "shapes.py": "AREA = 1\n\ndef area(x):\n    return x * x\n",
    "settings.json": '{"a": 1}',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def asked(
    project: Path, *, module: str = "pipeline", **environment: str
) -> tuple[str, bool, Mapping[str, object]]:
    """Ask for a digest in a process of its own: what it is, and whether that took a walk."""
    known = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, f"{project}", module, str(project)],
        cwd=project,
        env=known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    digest, walked, reach = json.loads(done.stdout)
    return digest, walked, reach


def test_the_next_process_takes_no_walk(project: Path) -> None:
    first = asked(project)
    second = asked(project)
    assert (first[1], second[1]) == (True, False)
    assert (first[0], first[2]) == (second[0], second[2])
    assert first[2]["modules"] == ["pipeline", "shapes"]


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("shapes.py", FILES["shapes.py"].replace("x * x", "x + x"), False),
        ("shapes.py", FILES["shapes.py"] + "# a remark\n", True),
        ("settings.json", '{"a": 2}', False),
        ("pipeline.py", PIPELINE.replace("SIZE = 3", "SIZE = 4"), False),
        ("pipeline.py", PIPELINE.replace("def work", "\ndef work"), True),
        ("later.py", "LATER = 1\n", False),
    ],
)
def test_what_has_changed_is_looked_at_again(
    project: Path, name: str, text: str, *, same: bool
) -> None:
    first, _, _ = asked(project)
    (project / name).write_text(text)
    second, walked, _ = asked(project)
    assert (second == first) is same
    assert walked
    assert asked(project)[:2] == (second, False)


def test_the_class_of_a_value_counts_where_its_value_does_not(project: Path) -> None:
    text = PIPELINE.replace("BOX = Box()", "BOX = Box() if os.environ.get('BOX') else object()")
    (project / "pipeline.py").write_text(text)
    first = asked(project, BOX="1")
    assert asked(project, BOX="1")[:2] == (first[0], False)
    assert asked(project, BOX="")[1]


def test_as_python_s_bytecode_it_is_not_written_where_that_is_unwanted(project: Path) -> None:
    for _ in range(2):
        assert asked(project, PYTHONDONTWRITEBYTECODE="1")[1]
    assert not list(project.rglob("*.flowyml"))


def test_it_lies_where_python_keeps_bytecode(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    asked(project, PYTHONPYCACHEPREFIX=str(elsewhere))
    assert not asked(project, PYTHONPYCACHEPREFIX=str(elsewhere))[1]
    assert len(list(elsewhere.rglob("pipeline.*.flowyml"))) == 1
    assert not list(project.rglob("*.flowyml"))


@pytest.mark.parametrize("text", ["", "rubbish", "{}\n", "\x00\xff"])
def test_what_cannot_be_read_is_made_anew(project: Path, text: str) -> None:
    first = asked(project)
    (kept,) = project.rglob("*.flowyml")
    edition, line = kept.read_text().splitlines()
    key = line.partition("\t")[0]
    for written in (text, f"{edition}\n{key}\t{text}\n", f"{edition}\n{key}\t{{}}\n"):
        kept.write_text(written)
        assert asked(project)[:2] == (first[0], True)
        assert asked(project)[1] is False


def test_one_of_another_version_of_ours_does_not_count(project: Path) -> None:
    first = asked(project)
    (kept,) = project.rglob("*.flowyml")
    _, line = kept.read_text().splitlines()
    kept.write_text(f"another\n{line}\n")
    assert asked(project)[:2] == (first[0], True)


@pytest.mark.parametrize(
    "text",
    [
        "def made(n):\n    def work(x):\n        return x * n\n    return work\n\nwork = made(2)",
        "def work(x):\n    import importlib\n    return importlib.import_module('s' + x)",
        "from math import *\ndef work(x):\n    return sqrt(x)",
        "import functools\n@functools.wraps(print)\ndef work(x):\n    return x",
    ],
)
def test_what_may_go_by_more_than_that_is_not_kept(project: Path, text: str) -> None:
    (project / "pipeline.py").write_text(f"{text}\n")
    for _ in range(2):
        assert asked(project)[1]
