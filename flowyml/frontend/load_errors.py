"""What goes wrong in a user's module while it is imported: diagnostics (FML001, FML005), and the
traceback that a user wants to see.
"""

from __future__ import annotations

import importlib
import re
import sys
import sysconfig
import traceback
from pathlib import Path
from types import ModuleType

from flowyml.diagnostics import Diagnostic, near
from flowyml.frontend.project import is_installed, project_root
from flowyml.frontend.shadows import hiding_python

_OURS = Path(__file__).parents[1]
_STDLIB = Path(sysconfig.get_path("stdlib"))


def import_failed(error: BaseException, what: str, root: Path) -> Diagnostic:
    """Describe an exception that a module raised, at the user's own line that led to it.

    Args:
        error: what was raised.
        what: the module, as the user knows it.
        root: the folder that places are given relative to.
    """
    place, line = _place(error) or (None, None)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    kind = type(error).__name__
    late = _bound_too_late(error)
    return Diagnostic(
        code="FML005" if late else "FML001",
        message=f"{what} cannot be imported: {kind}{f': {text}' if text else ''}",
        file=relative(place, root) if place else what,
        line=line,
        help=late or _help(error, place, root),
    )


def name_taken(name: str, file: Path, owner: str) -> Diagnostic:
    """Describe a module whose name leads to something else.

    Args:
        name: the dotted name that the file should have.
        file: the file.
        owner: what an import of that name finds.
    """
    top, _, rest = name.partition(".")
    root = project_root(file)
    if rest:
        remedy = f"rename the folder '{top}', or make it the project by a flowyml.yaml in it"
    else:
        remedy = f"rename '{file.name}', or load only one of the two in a process"
    return Diagnostic(
        code="FML001",
        message=f"{relative(file, root)} would be the module '{name}', but an import of '{top}' "
        f"finds {owner}",
        file=relative(file, root),
        help=remedy,
    )


def end_caught(module: ModuleType, line: int) -> Diagnostic:
    """Describe a module that goes on after the `run()` call that was to end its loading.

    Args:
        module: the module.
        line: of its top level, the one that led to `run()`.
    """
    file = Path(str(module.__file__))
    place = relative(file, project_root(file))
    return Diagnostic(
        code="FML001",
        message=f"{place} cannot be imported: it catches the end of its loading, which its run() "
        "call raises here",
        file=place,
        line=line,
        subject="run()",
        help="write except Exception instead of except or except BaseException around run(), or "
        "put the call under if __name__ == '__main__':",
    )


def users_traceback(error: BaseException) -> str:
    """Format a traceback with the user's frames alone: none of flowyml's, none of importing."""
    report = traceback.TracebackException.from_exception(error)
    _keep_users(report)
    return "".join(report.format()).rstrip()


def relative(file: Path, root: Path) -> str:
    """Give a path relative to the project, or the whole path if it lies elsewhere."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _place(error: BaseException) -> tuple[Path, int | None] | None:
    if isinstance(error, SyntaxError) and error.filename and _is_users(Path(error.filename)):
        return Path(error.filename).resolve(), error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    users = [frame for frame in frames if _is_users(Path(frame.filename))]
    return (Path(users[-1].filename).resolve(), users[-1].lineno) if users else None


def _is_users(file: Path) -> bool:
    ours = file.is_relative_to(_OURS) or file.is_relative_to(_STDLIB)
    return file.is_file() and not ours and not is_installed(file)


def _help(error: BaseException, place: Path | None, root: Path) -> str | None:
    if isinstance(error, SyntaxError):
        return None
    if hidden := hiding_python(error):
        return hidden
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing(error.name, [root, place.parent] if place else [root])
    if isinstance(error, SystemExit):
        return "a module that is imported must not exit: put that under if __name__ == '__main__'"
    if isinstance(error, ImportError) and str(error).startswith("attempted relative import"):
        return "a relative import needs a package: put an __init__.py into the folder"
    return "the module's top level must run wherever its steps run: on a worker too"


def _bound_too_late(error: BaseException) -> str | None:
    """Say what to do if a module binds what is imported from it only after its `run()` call."""
    from flowyml.frontend.digest_source import bindings, parse
    from flowyml.frontend.loading import ended_at

    wanted = re.match(r"cannot import name '(\w+)'", str(error))
    module = sys.modules.get(getattr(error, "name", None) or "")
    line = ended_at(module) if wanted and module else None
    if not wanted or not module or line is None:
        return None
    if wanted[1] not in bindings(parse(Path(str(module.__file__)).read_bytes())):
        return None
    return (
        f"loading '{module.__name__}' ends at its run() call in line {line}: bind '{wanted[1]}' "
        "above that line, or put the call under if __name__ == '__main__':"
    )


def _missing(name: str, folders: list[Path]) -> str:
    """Say how a missing module could be found: a misspelt neighbour, else a package to install."""
    top = name.partition(".")[0]
    files = {path.stem for folder in folders for path in folder.glob("*.py")}
    hint = near(top, {*files, *sys.stdlib_module_names})
    if hint.startswith("did you mean"):
        return hint
    return f"install what provides '{top}' (pip install {top}), or correct the name"


def _keep_users(report: traceback.TracebackException) -> None:
    kept = [frame for frame in report.stack if not _is_machinery(frame)]
    report.stack = traceback.StackSummary.from_list(kept)
    grouped = getattr(report, "exceptions", None) or ()  # of an exception group, Python 3.11 on
    for other in (report.__cause__, report.__context__, *grouped):
        if other is not None:
            _keep_users(other)


def _is_machinery(frame: traceback.FrameSummary) -> bool:
    """Tell frames of flowyml's, of importing, and of what `dataclasses` generates."""
    file = frame.filename
    importing = file.startswith("<frozen importlib") or file == importlib.__file__
    generated = file == "<string>" and frame.name == "__init__"
    return importing or generated or Path(file).is_relative_to(_OURS)
