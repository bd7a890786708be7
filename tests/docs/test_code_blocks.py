"""What the documentation shows runs, and prints what it says."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import (
    PAGES,
    ROOT,
    blocks,
    examples,
    matches,
    printed_by_each,
    script,
    sessions,
)
from tests.typed import type_in
from tests.warm import Warm

pytestmark = pytest.mark.slow
UPDATE = "FLOWYML_UPDATE_DOCS"
COMMANDS = ("flowyml ", "python ", "cat ")


def _id(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a reader of the documentation has it: with the examples in it."""
    ignored = shutil.ignore_patterns(".flowyml", "__pycache__")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=ignored)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


@pytest.mark.parametrize("page", [p for p in PAGES if examples(p)], ids=_id)
def test_python_blocks_print_what_the_page_says(page: Path, folder: Path, warm: Warm) -> None:
    own = examples(page)
    (folder / "page.py").write_text(script(own), encoding="utf-8")
    done = type_in("python page.py", warm, folder)
    assert done.code == 0, done.err
    for example, printed in zip(own, printed_by_each(done.out), strict=True):
        if example.printed is not None:
            place = f"{_id(page)}:{example.block.line}"
            assert matches(example.printed, printed), f"{place} printed:\n{printed}"


@pytest.mark.airflow
@pytest.mark.parametrize("page", [p for p in PAGES if sessions(p)], ids=_id)
def test_commands_print_what_the_page_says(page: Path, folder: Path, warm: Warm) -> None:
    for command, output in sessions(page):
        if command.startswith("cd "):
            folder /= command[3:]
            continue
        assert command.startswith(COMMANDS), f"{_id(page)}: cannot check '{command}'"
        done = type_in(command, warm, folder)
        shown = done.out or done.err  # progress goes to stderr, and its order varies
        if not output.strip():
            assert done.code == 0, f"$ {command}\n{shown}\n{done.err}"
        elif os.environ.get(UPDATE) and not matches(output, shown):
            _write_output(page, command, output, shown.replace(f"{folder}/", ""))
        else:
            assert matches(output, shown), f"$ {command}\n{shown}"


def _write_output(page: Path, command: str, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    ending = "\n" * (len(old) - len(old.rstrip("\n")))
    lines = "\n".join(line.rstrip() for line in new.strip("\n").splitlines())
    page.write_text(text.replace(f"$ {command}\n{old}", f"$ {command}\n{lines}{ending}"), "utf-8")


def test_every_link_between_pages_leads_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
    assert [
        f"{_id(page)}: {target}"
        for page in PAGES
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ] == []


def test_the_readme_shows_an_example_as_it_is() -> None:
    shown = [b.text for b in blocks(ROOT / "README.md") if b.language == "python"]
    example = (ROOT / "examples/gates.py").read_text(encoding="utf-8")
    assert shown
    assert [text for text in shown if text not in example] == []
