"""What docs/diagnostics shows is what a reader sees who tries it.

A page has the files first (`python not-run`, the name in the first line), then a session with them
(`console not-run`). `FLOWYML_UPDATE_DOCS=1` writes the output into the page.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from flowyml.diagnostics import CODES
from tests.docs.blocks import ROOT, blocks
from tests.typed import type_in
from tests.warm import Warm

UNPROVOKED = {"FML307", "FML401"}
"""A defect of the compiler: nothing is known that causes it; and what is not installed, which
tests/packaging/test_skinny.py plays where that is so."""


def commands(session: str) -> list[str]:
    return [line.removeprefix("$ ") for line in session.splitlines() if line.startswith("$ ")]


def played(session: str, folder: Path, warm: Warm) -> str:
    """Play a session again, in a folder, and give it as it would stand in the page."""
    shown = []
    for command in commands(session):
        done = type_in(command, warm, folder, stderr=subprocess.STDOUT)
        shown.append(f"$ {command}\n{done.out}".replace(f"{folder}/", ""))
    return "".join(shown)


@pytest.mark.parametrize("code", sorted(CODES.keys() - UNPROVOKED))
def test_the_example_of_a_page_gives_the_diagnostic(code, tmp_path, warm):
    page = ROOT / "docs" / "diagnostics" / f"{code}.md"
    (tmp_path / "flowyml.yaml").write_text("")
    for block in blocks(page):
        if block.language == "python":
            name = block.text.partition("\n")[0].removeprefix("# ")
            (tmp_path / name).write_text(block.text, encoding="utf-8")
    (session,) = [block.text for block in blocks(page) if block.language == "console"]
    shown = played(session, tmp_path, warm)
    assert f"[{code}]" in shown
    if os.environ.get("FLOWYML_UPDATE_DOCS"):
        page.write_text(page.read_text("utf-8").replace(session, shown), "utf-8")
    else:
        assert shown == session
