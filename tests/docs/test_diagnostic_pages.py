"""Each diagnostic has a page of its own (what the pages show is played in tests/cli)."""

from __future__ import annotations

import pytest

from flowyml.diagnostics import CODES
from tests.docs.blocks import ROOT

FOLDER = ROOT / "docs/diagnostics"


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    assert {path.stem for path in FOLDER.glob("FML*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_title_is_the_code_and_its_meaning(code: str) -> None:
    page = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    assert page.splitlines()[0] == f"# {code}: {CODES[code]}"
