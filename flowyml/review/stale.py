"""How compiled files on disk differ from what would be compiled now."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from flowyml.backend import Artifact
from flowyml.diagnostics import UsageError
from flowyml.frozen import dataclass
from flowyml.review.compile import Compiled, contents
from flowyml.review.diff import Diff, diff
from flowyml.review.files import is_edited, on_disk
from flowyml.review.sides import compiled_from

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR

_Blocks: TypeAlias = Mapping[str, list[str]]

OUTSIDE = ""
"""The name under which lines are kept that belong to no step."""


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A file that is not as it would be compiled now.

    Attributes:
        path: the file.
        missing: whether it is not there at all.
        edited: whether it is not as flowyml wrote it.
        diff: what changed in the pipeline since it was compiled; None if nobody knows.
        lines: what no change of the pipeline explains, such as edits by hand: a line diff for each
            step, and for `OUTSIDE`.
    """

    path: Path
    missing: bool = False
    edited: bool = False
    diff: Diff | None = None
    lines: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=dict[str, tuple[str, ...]]
    )

    def __str__(self) -> str:
        """Describe it for a terminal."""
        return "\n".join(_description(self))


def stale(ir: PipelineIR, compiled: Iterable[Compiled], folder: Path) -> tuple[Stale, ...]:
    """Compare what was compiled just now with the files in a folder.

    Sidecars are not compared: they also hold line numbers of the user's file, which mean nothing.

    Args:
        ir: the pipeline.
        compiled: what it was compiled to.
        folder: where the files should be.
    """
    found = (_file(ir, each, file, folder) for each in compiled for file in each.artifacts)
    return tuple(each for each in found if each)


def _file(ir: PipelineIR, compiled: Compiled, artifact: Artifact, folder: Path) -> Stale | None:
    path, sidecar = folder / artifact.path, folder / compiled.sidecar.path
    text = on_disk(path)
    if text is None:
        return Stale(path=path, missing=True)
    if text == artifact.content:
        return None
    changes = _changes(sidecar, ir)
    old = _blocks(text.decode("utf-8", "replace"), _lines(sidecar, artifact.path))
    return Stale(
        path=path,
        edited=is_edited(artifact.path, contents([compiled]), folder),
        diff=changes,
        lines=_unexplained(old, _blocks(artifact.text, artifact.lines), changes),
    )


def _changes(sidecar: Path, ir: PipelineIR) -> Diff | None:
    """Compare with the pipeline that the files were compiled from, if the sidecar tells."""
    try:
        return diff(compiled_from(sidecar), ir)
    except UsageError:
        return None


def _unexplained(old: _Blocks, new: _Blocks, changes: Diff | None) -> dict[str, tuple[str, ...]]:
    told = changes.changes if changes else ()
    explained = {c.name if c.subject == "step" else OUTSIDE for c in told}
    explained |= {c.old for c in told if c.kind == "renamed"}
    names = [name for name in dict.fromkeys((*new, *old)) if name not in explained]
    diffs = {name: _diff(old.get(name, []), new.get(name, [])) for name in names}
    return {name: lines for name, lines in diffs.items() if lines}


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
    yield from (f"  {change}" for change in (stale.diff.changes if stale.diff else ()))
    for name, lines in stale.lines.items():
        yield f"  lines of step '{name}':" if name else "  lines of no step:"
        yield from (f"    {line}" for line in lines)
