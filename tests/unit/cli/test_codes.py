"""Diagnostic codes, in the code and in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowyml.diagnostics import CODES

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "diagnostics"
SECTIONS = ["What it means", "Example", "How to fix it"]
_CODE = re.compile(r"\bFML\d+\b")


def sources():
    for folder in ("flowyml", "backends", "templates"):
        yield from (p for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".jinja"))


def test_one_page_for_each_code_and_one_code_for_each_page():
    assert sorted(path.stem for path in PAGES.glob("FML*.md")) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_it_means_what_causes_it_and_what_to_do(code):
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: {CODES[code]}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert "```" in text
    assert set(_CODE.findall(text)) <= CODES.keys()


def test_no_code_is_used_that_is_not_in_the_table():
    used = {code: path for path in sources() for code in _CODE.findall(path.read_text())}
    assert {code: path for code, path in used.items() if code not in CODES} == {}


def test_every_code_is_reported_somewhere():
    table = ROOT / "flowyml" / "diagnostics" / "codes.py"
    used = {c for path in sources() if path != table for c in _CODE.findall(path.read_text())}
    assert CODES.keys() - used == set()
