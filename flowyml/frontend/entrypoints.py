"""Functions by name: what a worker imports, and why at times it cannot (docs/semantics.md §0.3)."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import UsageError
from flowyml.frontend.digest import source_digest
from flowyml.frontend.digest_modules import definition_line
from flowyml.frontend.digest_project import own_name, real_function
from flowyml.frontend.loader import MAIN, load_entrypoint, main_module_name
from flowyml.frontend.memo import Memo
from flowyml.frontend.project import project_root

if TYPE_CHECKING:
    from flowyml.ir import Function, Span


def describe_function(
    function: Callable[..., Any],
    *,
    step: object = None,
    root: Path | None = None,
    memo: Memo | None = None,
) -> Function:
    """Describe a step's function for the IR.

    Args:
        function: the user's function.
        step: the Step that holds it: decorating binds the step, not the function, to the name.
        root: the project's folder; default: that of the function's file.
        memo: what is known already.

    Returns:
        Its entrypoint, source digest and place, and in `problem` why no worker could import it, as
        a clause that starts with "it".
    """
    memo = memo or Memo()
    found = memo.once(_described, function, root, memo)
    problem = found.problem or _name_problem(function, step)
    return found.model_copy(update={"problem": problem}) if problem else found


def _described(function: Callable[..., Any], root: Path | None, memo: Memo) -> Function:
    """Describe a function, whatever its name leads to."""
    from flowyml.ir import Function, unchecked

    real = real_function(function)
    file = _file(real.__code__.co_filename) if real else None
    folder = root or (memo.once(project_root, file) if file else Path.cwd())
    return unchecked(Function)(
        entrypoint=f"{own_name(_module(function))}:{_qualname(function)}",
        digest=source_digest(function, folder),
        span=_span(real, file, folder) if real and file else None,
        problem=_kind_problem(function),
    )


def load_function(entrypoint: str) -> Callable[..., Any]:
    """Import a step's function by its entrypoint.

    Raises:
        UsageError: it does not exist, or is no function.
        CompileError: FML001, its module cannot be imported.
    """
    found = load_entrypoint(entrypoint)
    function = _unwrapped(found)
    if function is None:
        raise UsageError(f"'{entrypoint}' is no function but of type {type(found).__name__}")
    return function


def _unwrapped(found: Any) -> Callable[..., Any] | None:
    """Take the function out of a Step, also from under decorators; a plain function is itself."""
    inner = found
    while inner is not None:
        if not isinstance(inner, FunctionType) and callable(getattr(inner, "function", None)):
            function: Callable[..., Any] = inner.function
            return function
        inner = getattr(inner, "__wrapped__", None)
    return found if callable(found) else None


def _module(function: Callable[..., Any]) -> str:
    return getattr(function, "__module__", None) or type(function).__module__


def _qualname(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", None) or type(function).__qualname__


@functools.lru_cache(maxsize=4096)
def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


@functools.lru_cache(maxsize=4096)
def _file(name: str) -> Path | None:
    file = Path(name)
    return file.resolve() if file.is_file() else None


def _span(real: FunctionType, file: Path, root: Path) -> Span:
    from flowyml.ir import Span, unchecked

    return unchecked(Span)(file=_relative(file, root), line=definition_line(real, str(file)))


def _kind_problem(function: Callable[..., Any]) -> str | None:
    """Say what kind of callable it is, if no name could lead to it."""
    if isinstance(function, MethodType) and isinstance(function.__self__, type):
        return "it is a class method, and a worker imports plain functions only"
    if isinstance(function, MethodType):
        return "it is a bound method, and no worker can import the object it belongs to"
    if isinstance(function, functools.partial):
        return "it is a functools.partial, and no name leads to the arguments it holds"
    if isinstance(function, BuiltinFunctionType):
        return "it is built into Python or an extension, and has no source to compare"
    if not hasattr(function, "__qualname__"):
        kind = type(function).__name__
        return f"it is an object of the class {kind}, and no worker can import the object"
    if "<lambda>" in function.__qualname__:
        return "it is a lambda, and a lambda has no name to be imported by"
    if "<locals>" in function.__qualname__:
        return f"it is defined inside a function: '{function.__qualname__}' is no name to import"
    if _module(function) in MAIN and main_module_name() is None:
        return _main_problem()
    return None


def _main_problem() -> str:
    if file := getattr(sys.modules.get("__main__"), "__file__", None):
        return f"it is in '{Path(file).name}', and that cannot be a module's name"
    return "it was defined in a prompt or notebook, which no worker has"


def _name_problem(function: Callable[..., Any], step: object) -> str | None:
    """Say why its name leads to something else."""
    qualname = _qualname(function)
    found: Any = sys.modules.get(_module(function))
    for part in qualname.split("."):
        found = getattr(found, part, None)
    if found is None:
        return f"its module binds no '{qualname}'"
    if (found is step and step is not None) or _unwrapped(found) is function:
        return None
    return f"its name '{qualname}' leads to something else: it is bound more than once"
