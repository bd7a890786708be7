"""Check a compiled file by itself, whoever made it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeAlias

from flowyml.backend import CompileOptions, Inspects
from flowyml.diagnostics import Diagnostic, UsageError
from flowyml.registry import compilers
from flowyml.review.targets import Target, refuse_unknown, resolve
from flowyml.stacks.stack import FILE

_Options: TypeAlias = Callable[[Collection[str]], CompileOptions]
_Inspect: TypeAlias = Callable[[str, CompileOptions], Sequence[Diagnostic]]

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
"""The files that are checked by themselves; any other holds a pipeline."""


def inspect_file(
    path: Path, targets: Sequence[Target], allow: Collection[str]
) -> tuple[Diagnostic, ...]:
    """Report everything that is wrong with a file.

    Args:
        path: the file.
        targets: what it was made for; none is every target whose files can be checked.
        allow: codes whose finding is accepted.

    Raises:
        UsageError: no such file, no text, the file of stacks, or a target whose files cannot be
            checked.
    """
    refuse_unknown(allow)
    if path.name == FILE:
        raise UsageError(f"{path} holds stacks; they are checked by: flowyml stack validate")
    inspecting = _inspecting(targets, path)
    text = _read(path)
    said = (each for inspect, options in inspecting for each in inspect(text, options(allow)))
    return tuple(dict.fromkeys(dataclasses.replace(each, file=str(path)) for each in said))


def _inspecting(targets: Sequence[Target], path: Path) -> list[tuple[_Inspect, _Options]]:
    found: list[tuple[_Inspect, _Options]] = []
    for target in targets or tuple(each for name in compilers() for each in resolve([name])):
        if isinstance(target.backend, Inspects):
            found.append((target.backend.inspect, target.options))
        elif targets:
            raise UsageError(f"{target.name} checks pipelines, and no files such as {path}")
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: {error.reason}") from None
