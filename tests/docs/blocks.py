"""Code blocks of the documentation, and the scripts that they make together."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    if path.is_file()
)
ANYTHING = "…"
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = (
    (re.compile(r"(--> |\(|File \"/?)[\w/.-]+\.py\b(?:\", line \d+|:\d+)?"), r"\1…"),
    (re.compile(r"\b\d+\.\d\d s\b"), "… s"),
    (re.compile(r"\b\d{8}-\d{9}-[0-9a-f]{8}\b"), "…"),
    (re.compile(r"[ ]+$", re.MULTILINE), ""),
)
"""What differs from run to run or from file to file: places, durations, run ids, padding."""
_MARK = "\0"


class Block(NamedTuple):
    """One fenced block: its language, a word after it, where it starts, and its text."""

    language: str
    word: str
    line: int
    text: str


class Example(NamedTuple):
    """A Python block, and what the page says that it prints (None: it does not say)."""

    block: Block
    printed: str | None


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        language, _, word = fence["info"].partition(" ")
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(language, word.strip(), line, fence["text"]))
    return found


def examples(page: Path) -> list[Example]:
    """The Python blocks of a page, in order; a `text` block right after one is what it prints."""
    own = blocks(page)
    following = [*own[1:], Block("", "", 0, "")]
    return [
        Example(block, after.text if after.language == "text" else None)
        for block, after in zip(own, following[: len(own)], strict=True)
        if block.language == "python" and block.word != "not-run"
    ]


def sessions(page: Path) -> list[tuple[str, str]]:
    """Every command that a page shows with `$`, and the output that it shows for it."""
    found: list[tuple[str, str]] = []
    for block in blocks(page):
        if block.language != "console" or block.word == "not-run":
            continue
        for part in ("\n" + block.text).split("\n$ ")[1:]:
            command, _, output = part.partition("\n")
            found.append((command.partition("  # ")[0].strip(), output))
    return found


def script(page: list[Example]) -> str:
    """One script of all examples; what each prints ends with a mark."""
    return "\n".join(f"{_statements(e.block)}\nprint({_MARK!r}, flush=True)" for e in page)


def printed_by_each(output: str) -> list[str]:
    """Take a script's output apart again."""
    return [part.removeprefix("\n") for part in output.split(_MARK)[:-1]]


def matches(expected: str, printed: str) -> bool:
    """Compare output; `…` stands for anything, and what varies is not compared."""
    for varying, same in _VARYING:
        expected, printed = varying.sub(same, expected), varying.sub(same, printed)
    pattern = ".*?".join(map(re.escape, expected.strip("\n").split(ANYTHING)))
    return re.fullmatch(pattern, printed.strip("\n"), re.DOTALL) is not None


def _statements(block: Block) -> str:
    if block.word != "error":
        return block.text
    body = textwrap.indent(block.text, "    ")
    return (
        f"try:\n{body}"
        "except Exception as error:\n    print(f'{type(error).__name__}: {error}')\n"
        f"else:\n    raise SystemExit('the block in line {block.line} raised nothing')\n"
    )
