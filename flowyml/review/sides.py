"""What the two sides of a diff can be: pipelines, IR files, compiled files, git revisions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from flowyml.diagnostics import UsageError
from flowyml.ir import PipelineIR, from_json
from flowyml.rendering.sidecar import SUFFIX
from flowyml.review.apart import Moved, apart
from flowyml.review.meaning import meaning_text
from flowyml.review.revision import checked_out

IR_SUFFIX = ".ir.json"
_REVISION = re.compile(
    r"(?P<revision>[^:]+):(?P<path>[^:]+\.(?:py|json|ya?ml)(?::[^\W\d]\w*)?)", re.UNICODE
)


def sides(old: str, new: str) -> tuple[PipelineIR, PipelineIR]:
    """Read both sides of a diff at the same time; see `side`.

    Raises:
        UsageError: the first that cannot be read.
        CompileError: the first that is wrong.
    """
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(side, (old, new))
    return first, second


def side(spec: str) -> PipelineIR:
    """Read the checked IR of what one side of a diff names.

    Args:
        spec: a pipeline as every command takes it; an IR file; a compiled file or its sidecar; or
            `REV:` and the path of any of these in that git revision, from the repository's root,
            or from the working directory if it starts with `./`, as git itself takes it.

    Raises:
        UsageError: there is no such thing, or it does not say what it was compiled from.
        CompileError: the pipeline is wrong.
    """
    found = _REVISION.fullmatch(spec)
    if found is None or Path(spec).exists() or Path(found["revision"]).is_file():
        return _read(spec)
    with checked_out(found["revision"], Path.cwd()) as (home, copy):
        path = _in_copy(found["path"], home, copy)
        if not Path(_file(path)).exists():
            raise UsageError(_not_there(found["path"], found["revision"], home, copy))
        return _read(path, Moved(str(home), str(copy)))


def _in_copy(path: str, home: Path, copy: Path) -> str:
    relative = path.startswith(("./", "../"))
    inner = Path.cwd().resolve().relative_to(home) if relative else Path()
    return str(copy / inner / path)


def _not_there(path: str, revision: str, home: Path, copy: Path) -> str:
    here = Path.cwd().resolve()
    message = f"there is no '{_file(path)}' in '{revision}'"
    if not path.startswith(".") and (copy / here.relative_to(home) / _file(path)).exists():
        return f"{message}; from this folder it is '{revision}:./{path}'"
    return f"{message}; paths in a revision start at the repository's root"


def _file(path: str) -> str:
    """Take the variable's name off."""
    target, colon, name = path.rpartition(":")
    return target if colon and name.isidentifier() else path


def _read(spec: str, moved: Moved | None = None) -> PipelineIR:
    path = Path(spec)
    if path.name.endswith(SUFFIX):
        return compiled_from(path)
    if path.name.endswith(IR_SUFFIX):
        return _ir(path, _text(path))
    sidecar = path.with_name(f"{path.name.rpartition('.')[0]}{SUFFIX}")
    if sidecar.is_file() and path.name in _data(sidecar).get("files", ()):
        return compiled_from(sidecar)
    if path.suffix in (".json", ".yaml", ".yml"):
        _text(path)
        raise UsageError(f"'{path}' has no {sidecar.name} beside it that says what it means")
    return from_json(apart(spec, meaning_text, moved))


def compiled_from(sidecar: Path) -> PipelineIR:
    """Read what a sidecar says that the files beside it mean.

    Raises:
        UsageError: it is not there, is no sidecar, or does not say.
    """
    pipeline = _data(sidecar).get("pipeline")
    if pipeline is None:
        raise UsageError(f"'{sidecar}' does not hold the pipeline; compile it again")
    return _ir(sidecar, json.dumps(pipeline))


def _data(sidecar: Path) -> Mapping[str, Any]:
    try:
        found: object = json.loads(_text(sidecar))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"'{sidecar}' is no JSON as flowyml writes it")
    return cast("Mapping[str, Any]", found)


def _ir(path: Path, text: str) -> PipelineIR:
    from pydantic import ValidationError

    try:
        return from_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"'{path}' holds no pipeline: {place}: {first['msg']}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise UsageError(f"cannot read '{path}': {reason}") from error
