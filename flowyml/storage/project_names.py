"""By which name a project's classes are stored, and how they are found again.

The module that Python runs as `__main__` has a file, and so a name under which every worker imports
it (docs/semantics.md §0.2); what it defines is stored under that name.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from types import ModuleType
from typing import Any

from flowyml.diagnostics import CompileError, UsageError

MAIN = ("__main__", "__mp_main__")
"""What Python calls the module that was run; the second in processes that another one spawned."""


def portable_name(module: str) -> str:
    """Give the name under which others import a module; a prompt's or notebook's has none."""
    return (_main_name() or module) if module in MAIN else module


def is_importable(value: Any) -> bool:
    """Tell whether a class or function of `__main__` is what its name leads to, on a worker too."""
    if _main_name() is None:
        return False
    try:
        return _walk(sys.modules["__main__"], value.__qualname__) is value
    except AttributeError:
        return False


def resolve(module: str, qualname: str) -> Any:
    """Find a project's class or function; pickles hold calls to this function.

    Raises:
        ImportError: the module cannot be imported.
        AttributeError: it has no such name.
    """
    return _walk(load_module(module), qualname)


def load_module(name: str) -> ModuleType:
    """Import a module, unless it is loaded, the way workers do; `__main__` under its portable name.

    Raises:
        ImportError: there is no such module.
        CompileError: its own code failed.
    """
    if name not in sys.modules:
        _load(name)
    return importlib.import_module(name)


def _load(name: str) -> None:
    from flowyml.frontend import loader

    if name == _main_name():
        sys.modules[name] = sys.modules["__main__"]  # a second copy would have other classes
        return
    with contextlib.suppress(UsageError):  # there is none, or one without source: Python decides
        loader.load_module(name)


def _walk(found: Any, qualname: str) -> Any:
    for part in qualname.split("."):
        found = getattr(found, part)
    return found


def _main_name() -> str | None:
    return _name_of(getattr(sys.modules["__main__"], "__file__", None))


@functools.lru_cache(maxsize=1)
def _name_of(_file: str | None) -> str | None:
    from flowyml.frontend.loader import main_module_name

    try:
        main = main_module_name()
    except CompileError:  # a file whose name no module can have: it runs here, and only here
        return None
    return main[0] if main else None
