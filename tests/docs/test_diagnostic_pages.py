"""Each diagnostic has a page whose example really gives it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from flowyml.diagnostics import CODES
from tests.docs.blocks import ROOT, blocks, environment, matches, sessions

FOLDER = ROOT / "docs/diagnostics"
PAGES = [FOLDER / f"{code}.md" for code in CODES]
COMPILER_BUG = "FML307"  # nobody knows an example, or it would be mended
_FILE = re.compile(r"# (\w+\.py)\n")


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    assert {path.name for path in FOLDER.glob("FML*.md")} == {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_title_is_the_code_and_its_meaning(page: Path) -> None:
    assert page.read_text("utf-8").splitlines()[0] == f"# {page.stem}: {CODES[page.stem]}"


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.stem != COMPILER_BUG], ids=lambda page: page.stem
)
def test_the_example_gives_the_diagnostic(page: Path, tmp_path: Path) -> None:
    """Write the files that the page shows, run its commands, compare what they print."""
    (tmp_path / "pyproject.toml").write_text("")
    for block in blocks(page):
        if block.language == "python" and (named := _FILE.match(block.text)):
            (tmp_path / named[1]).write_text(block.text, encoding="utf-8")
    shown = [_run(command, output, tmp_path) for command, output in sessions(page, "not-run")]
    assert any(page.stem in text for text in shown), f"{page.stem} is in nothing that is printed"


def _run(command: str, expected: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", f"{command} 2>&1"],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert matches(expected, done.stdout), f"$ {command}\n{done.stdout}"
    return done.stdout
