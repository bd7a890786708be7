"""A pipeline in a file, read in a process of its own.

Two revisions of a project have modules of the same names, and a process imports a name once.
"""

from __future__ import annotations

import dataclasses
import math
import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flowyml.diagnostics import CompileError, Diagnostic, FlowymlError, UsageError

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


class Moved(NamedTuple):
    """A project's folder, and the folder that a copy of it is in."""

    home: str
    copy: str


@dataclasses.dataclass(frozen=True)
class _Answer:
    """What the child found: a text, or why there is none."""

    text: str = ""
    usage: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def apart(
    spec: str,
    read: Callable[[Pipeline], str],
    moved: Moved | None = None,
    *,
    quiet: bool = False,
) -> str:
    """Load a pipeline in a child process, and say there what is to be known of it.

    What its module prints goes to standard error, and so does the traceback of what it raises.

    Args:
        spec: as `flowyml.frontend.locate` takes it.
        read: a module's function that writes what is asked for as text.
        moved: where the project is at home, if the one that is read is a copy: imports are looked
            for in the copy alone, and the text names the home.
        quiet: print nothing at all.

    Raises:
        UsageError: no such file, module or name, or the copy imports modules of the home.
        CompileError: what is wrong with the pipeline.
        ChildDiedError: its module ended the process.
    """
    from flowyml.runtime.supervise import call_in_child

    arguments = (spec, read, moved, quiet)
    made: Any = call_in_child(_answer, arguments, {}, seconds=math.inf, what=f"'{spec}'")
    answer: _Answer = made
    if answer.usage is not None:
        raise UsageError(answer.usage)
    if answer.diagnostics:
        raise CompileError(answer.diagnostics)
    return answer.text


def _answer(
    spec: str,
    read: Callable[[Pipeline], str],
    moved: Moved | None,
    quiet: bool,  # noqa: FBT001 - given by name above
) -> _Answer:
    """Do the work in the child."""
    if quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        return _Answer(_read(spec, read, moved))
    except CompileError as error:
        _show_cause(error)
        return _Answer(diagnostics=error.diagnostics)
    except FlowymlError as error:
        return _Answer(usage=str(error))


def _read(spec: str, read: Callable[[Pipeline], str], moved: Moved | None) -> str:
    from flowyml.frontend.locate import locate
    from flowyml.frontend.project import working_directory

    ours = frozenset(sys.modules)
    if moved:
        sys.path[:] = [_into_copy(entry, moved) for entry in sys.path]
    found = locate(spec)
    with working_directory(found.loaded.project_root):
        text = read(found.pipeline)
    if moved is None:
        return text
    _refuse_home(moved, ours)
    return text.replace(moved.copy, moved.home)


def _into_copy(entry: str, moved: Moved) -> str:
    path = Path(entry).resolve()
    if not path.is_relative_to(moved.home) or _stays(path):
        return entry
    return str(Path(moved.copy) / path.relative_to(moved.home))


def _refuse_home(moved: Moved, ours: frozenset[str]) -> None:
    """Refuse a pipeline that imported modules of today's: its difference would be hidden.

    Raises:
        UsageError: names them.
    """
    files = {
        name: Path(file).resolve()
        for name, module in list(sys.modules.items())
        if name not in ours and (file := getattr(module, "__file__", None))
    }
    today = sorted(
        name for name, path in files.items() if path.is_relative_to(moved.home) and not _stays(path)
    )
    if today:
        raise UsageError(
            f"{', '.join(today)} was imported from {moved.home} and not from the revision; "
            "put its folder on PYTHONPATH instead of installing it, or compare compiled files"
        )


def _stays(path: Path) -> bool:
    """Tell what no revision brings: an environment often lies in the repository's folder."""
    from flowyml.frontend.project import is_installed

    standard = Path(sysconfig.get_path("stdlib")).resolve()
    return is_installed(path) or path.is_relative_to(standard) or _is_ours(path)


def _is_ours(path: Path) -> bool:
    home = Path(__file__).resolve().parents[1]
    return home.is_relative_to(path) or path.is_relative_to(home)


def _show_cause(error: CompileError) -> None:
    from flowyml.frontend.load_errors import users_traceback

    if error.__cause__ is not None:
        sys.stderr.write(f"{users_traceback(error.__cause__)}\n")
