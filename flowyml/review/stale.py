"""How compiled files on disk differ from what would be compiled now, step by step."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from flowyml.backend import Artifact
from flowyml.review.compile import Compiled, texts
from flowyml.review.files import is_edited, on_disk

OUTSIDE = ""
"""The name under which lines are kept that belong to no step."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stale:
    """A file that is not as it would be compiled now.

    Attributes:
        path: the file.
        missing: whether it is not there at all.
        edited: whether it is not as flowyml wrote it.
        added: steps that it lacks.
        removed: steps that it has too many.
        changed: for each step whose lines differ (`OUTSIDE` for lines of no step), a line diff.
    """

    path: Path
    missing: bool = False
    edited: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=dict[str, tuple[str, ...]]
    )

    def __str__(self) -> str:
        """Describe it for a terminal."""
        return "\n".join(_description(self))


def stale(compiled: Iterable[Compiled], folder: Path) -> tuple[Stale, ...]:
    """Compare what was compiled just now with the files in a folder.

    Sidecars are not compared: they also hold line numbers of the user's file, which mean nothing.
    """
    found: list[Stale] = []
    for each in compiled:
        files = texts([each])
        for artifact in each.artifacts:
            path = folder / artifact.path
            text = on_disk(path)
            if text is None:
                found.append(Stale(path=path, missing=True))
            elif text != artifact.text.encode():
                edited = is_edited(artifact.path, files, folder)
                found.append(_changed(path, artifact, folder / each.sidecar.path, edited=edited))
    return tuple(found)


def _changed(path: Path, artifact: Artifact, sidecar: Path, *, edited: bool) -> Stale:
    old_text = path.read_bytes().decode("utf-8", "replace")
    old = _blocks(old_text, _lines(sidecar, artifact.path))
    new = _blocks(artifact.text, artifact.lines)
    return Stale(
        path=path,
        edited=edited,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed={n: _diff(old[n], new[n]) for n in new if n in old and old[n] != new[n]},
    )


def _lines(sidecar: Path, path: str) -> dict[str, int]:
    """Read where each step began when the file was written; nothing if nobody knows."""
    try:
        steps: Mapping[str, Mapping[str, Any]] = json.loads(sidecar.read_bytes())["steps"]
        return {name: int(s["line"]) for name, s in steps.items() if s.get("file") == path}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _blocks(text: str, lines: Mapping[str, int]) -> dict[str, list[str]]:
    """Cut a text into the lines of each step, and those outside.

    A step's lines begin where the map says and end where the next step's begin, or where the text
    is indented less.
    """
    rows = text.splitlines()
    starts = {line - 1: name for name, line in lines.items() if 0 < line <= len(rows)}
    blocks: dict[str, list[str]] = {OUTSIDE: []}
    current, depth = OUTSIDE, 0
    for number, row in enumerate(rows):
        if number in starts:
            current, depth = starts[number], _indent(row)
            blocks[current] = []
        elif row.strip() and _indent(row) < depth:
            current, depth = OUTSIDE, 0
        blocks[current].append(row)
    return blocks


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _diff(old: list[str], new: list[str]) -> tuple[str, ...]:
    lines = difflib.unified_diff(old, new, n=0, lineterm="")
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _description(stale: Stale) -> Iterator[str]:
    if stale.missing:
        yield f"{stale.path} is not there"
        return
    yield f"{stale.path} is {'edited by hand' if stale.edited else 'stale'}"
    yield from (f"  step '{name}' is new" for name in stale.added)
    yield from (f"  step '{name}' is gone" for name in stale.removed)
    for name, diff in stale.changed.items():
        yield f"  step '{name}' changed:" if name else "  outside the steps:"
        yield from (f"    {line}" for line in diff)
