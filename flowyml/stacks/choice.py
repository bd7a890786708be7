"""Which stack: the one asked for, that of FLOWYML_STACK, the active one, else this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowyml.diagnostics import UsageError, near
from flowyml.frontend.project import enclosing_project
from flowyml.stacks.local import LocalStack
from flowyml.stacks.stack import FILE, LOCAL, ElsewhereError, Stack

if TYPE_CHECKING:
    from flowyml.stacks.checking import Checked
    from flowyml.stacks.document import Problem

VARIABLE = "FLOWYML_STACK"


def load_stack(name: str | None = None) -> Stack:
    """Load a stack of the `flowyml.yaml` in the project's folder.

    The project is the one around the working directory (docs/semantics.md §0.2).

    Args:
        name: the stack; None is that of the environment variable `FLOWYML_STACK`, else the file's
            `active_stack:`, else `local`, which is there without a file.

    Raises:
        UsageError: there is no such stack, or the file is wrong: every mistake, with its line.
        TypeError: the name is no text.

    Example:
        >>> from flowyml import load_stack
        >>> load_stack("local").orchestrator
        'local'
    """
    if name is not None and not isinstance(name, str):
        raise TypeError(f"a stack's name must be text, not {type(name).__name__}")
    wanted = name or os.environ.get(VARIABLE) or None
    file = enclosing_project(Path.cwd()) / FILE
    if wanted is None and not _says_anything(file):
        return Stack(name=LOCAL)
    found = read_file(file)
    if wanted and wanted not in {*found.stacks, LOCAL}:
        raise UsageError(_unknown(wanted, found, file, by_variable=name is None))
    return _usable(wanted or found.active or LOCAL, found, file)


def place_of(*asked: LocalStack | Stack | str | None) -> LocalStack:
    """Give where runs on this machine keep what they make.

    Args:
        *asked: what is asked for, the first that is not None counts; else as `load_stack`.

    Raises:
        ElsewhereError: the stack is not this machine.
        UsageError: an unknown stack.
    """
    first = next((each for each in asked if each is not None), None)
    if isinstance(first, LocalStack):
        return first
    return (first if isinstance(first, Stack) else load_stack(first)).local()


def records_of(*asked: LocalStack | Stack | str | None) -> LocalStack:
    """Give where runs are recorded here, whatever carries them out; takes what `place_of` takes.

    Raises:
        UsageError: an unknown stack.
    """
    try:
        return place_of(*asked)
    except ElsewhereError as there:
        return there.stack.recorded()


def every_stack() -> tuple[str, Mapping[str, Stack]]:
    """Give the name of the stack that is used where none is asked for, and every stack by name.

    Variables that are not set leave the setting out.

    Raises:
        UsageError: the file is wrong, or FLOWYML_STACK names no stack.
    """
    file = enclosing_project(Path.cwd()) / FILE
    found = read_file(file)
    if wrong := [each for each in found.problems if not each.unset]:
        raise _failure(file, wrong)
    stacks = {LOCAL: Stack(name=LOCAL), **found.stacks}
    chosen = os.environ.get(VARIABLE) or found.active or LOCAL
    if chosen not in stacks:
        raise UsageError(_unknown(chosen, found, file, by_variable=True))
    return chosen, stacks


def mistakes(name: str | None = None) -> list[str]:
    """List every mistake in the file, each with its line; variables and secrets that are not set.

    Args:
        name: count only what this stack needs to be set; None counts what any needs.

    Raises:
        UsageError: there is no file, or no such stack.
    """
    file = enclosing_project(Path.cwd()) / FILE
    if not file.exists():
        raise UsageError(f"there is no {FILE} in {file.parent}")
    found = read_file(file)
    if name is not None and name not in {*found.stacks, LOCAL}:
        raise UsageError(_unknown(name, found, file, by_variable=False))
    wanted = set(found.stacks) if name is None else {*found.bases.get(name, ())}
    wrong = [each for each in found.problems if not each.unset or each.stack in wanted]
    wrong += found.missing_secrets(each for each in found.stacks if name in (None, each))
    told = (f"{file.name}:{each.line}: {each.message}" for each in sorted(wrong))
    return [*dict.fromkeys(told)]  # a stack inherits what is not set


def read_file(file: Path) -> Checked:
    """Read a file, mistakes included; one that is not there says nothing.

    Raises:
        UsageError: it is there, and cannot be read.
    """
    from flowyml.stacks.checking import checked
    from flowyml.stacks.document import parse

    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise UsageError(f"{file} cannot be read: {why}") from None
    return checked(parse(text, os.environ), file.parent)


def _says_anything(file: Path) -> bool:
    """Tell whether a file is more than the mark of a project's folder."""
    return file.is_file() and bool(file.read_bytes().strip())


def _usable(name: str, found: Checked, file: Path) -> Stack:
    """Give a stack, unless something is wrong; variables that only others read may be unset."""
    own = found.bases.get(name, ())
    if wrong := [each for each in found.problems if not each.unset or each.stack in own]:
        raise _failure(file, wrong)
    return found.stacks.get(name, Stack(name=LOCAL))


def _failure(file: Path, problems: Sequence[Problem]) -> UsageError:
    """Make one error of every mistake."""
    lines = [f"{file.name}:{each.line}: {each.message}" for each in problems]
    count = "a mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return UsageError("\n  ".join([f"{count} in {file.name}", *lines]))


def _unknown(name: str, found: Checked, file: Path, *, by_variable: bool) -> str:
    asked = f" ({VARIABLE} asks for it)" if by_variable else ""
    where = f"in {file.name}" if file.exists() else f"as there is no {FILE} in {file.parent}"
    return f"there is no stack '{name}' {where}{asked}; {near(name, {*found.stacks, LOCAL})}"
