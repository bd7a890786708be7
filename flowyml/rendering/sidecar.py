"""The sidecar of compiled files: what they mean, where steps are from, how the files looked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from flowyml.backend import Artifact
from flowyml.ir import PipelineIR, Span, digest

SCHEMA = "flowyml.sidecar/v1"
SUFFIX = ".flowyml.json"


def sidecar(ir: PipelineIR, target: str, artifacts: tuple[Artifact, ...]) -> Artifact:
    """Describe compiled files, as `NAME.TARGET.flowyml.json` beside them.

    Args:
        ir: the checked IR that was compiled.
        target: what it was compiled for, for example `airflow==3.3`.
        artifacts: the files; the first one gives the sidecar its NAME.
    """
    name = target.partition("==")[0]
    data = {
        "schema": SCHEMA,
        "target": target,
        "ir": digest(ir),
        "pipeline": ir.without({"line"}),
        "files": {file.path: {"sha256": _sha256(file.content)} for file in artifacts},
        "steps": {step.name: _place(step.name, step.function.span, artifacts) for step in ir.steps},
    }
    stem = artifacts[0].path.rpartition(f".{name}.")[0]
    return Artifact(path=f"{stem}.{name}{SUFFIX}", text=_laid_out(data, depth=3) + "\n")


def _laid_out(data: Any, *, depth: int, indent: str = "") -> str:
    """Write JSON with a line for each step: Python's writer of indented JSON is five times slower.

    Args:
        data: what to write.
        depth: so many levels get lines of their own.
        indent: what those lines begin with.
    """
    if not depth or not isinstance(data, (dict, list)) or not data:
        return json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False)
    deeper = f"{indent} "
    first, last = ("[", "]") if isinstance(data, list) else ("{", "}")
    if isinstance(data, list):
        items: list[Any] = cast("Any", data)
        lines = [_laid_out(item, depth=depth - 1, indent=deeper) for item in items]
    else:
        mapping: dict[str, Any] = cast("Any", data)
        entries = sorted(mapping.items())
        keys = [json.dumps(key, ensure_ascii=False) for key, _ in entries]
        values = [_laid_out(value, depth=depth - 1, indent=deeper) for _, value in entries]
        lines = [f"{key}: {value}" for key, value in zip(keys, values, strict=True)]
    return f"{first}\n{deeper}" + f",\n{deeper}".join(lines) + f"\n{indent}{last}"


def is_unedited(path: Path, sidecar_path: Path) -> bool:
    """Tell whether a compiled file may be overwritten: it is not there, or as it was compiled.

    A file without a sidecar that knows it was not made by us, and counts as edited (FML306).
    """
    if not path.exists():
        return True
    try:
        known = json.loads(sidecar_path.read_text(encoding="utf-8"))["files"]
        return bool(known[path.name]["sha256"] == _sha256(path.read_bytes()))
    except (OSError, ValueError, LookupError, TypeError):
        return False


def made_from(text: str | bytes) -> str | None:
    """Read from a sidecar's text which module its files were compiled from, if it says so."""
    try:
        found: object = json.loads(text)["pipeline"]["source"]["module"]
    except (ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, str) and found != "__main__" else None  # a prompt is any


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _place(step: str, span: Span | None, artifacts: Iterable[Artifact]) -> dict[str, Any]:
    """Map a step's place in the user's file to its place in the compiled one."""
    found: dict[str, Any] = {}
    if span is not None:
        found["source"] = span.file if span.line is None else f"{span.file}:{span.line}"
    for file in artifacts:
        if step in file.lines:
            found |= {"file": file.path, "line": file.lines[step]}
    return found
