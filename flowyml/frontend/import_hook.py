"""Imports during which a module-level `Pipeline.run()` ends the module instead of running."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, TracebackType
from weakref import WeakKeyDictionary

from flowyml.diagnostics import CompileError
from flowyml.frontend.loading import LoadingEnded, is_end, is_top_level, loading
from flowyml.frontend.project import is_installed

_ENDED: WeakKeyDictionary[ModuleType, int] = WeakKeyDictionary()
_LOCK = threading.RLock()


def ended_at(module: ModuleType) -> int | None:
    """Give the line whose `Pipeline.run()` ended the loading of a module, 1-based."""
    return _ENDED.get(module)


@contextmanager
def ending_runs() -> Generator[None]:
    """Let `Pipeline.run()` end the project modules that this thread imports meanwhile.

    Threads take turns. What is imported outside of it, or by another thread, is imported as ever.
    """
    with _LOCK:
        finder = _Finder(threading.get_ident())
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)


class _Finder:
    """Finds what the other finders find, and puts the end of loading around project modules."""

    def __init__(self, thread: int) -> None:
        self._thread = thread

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if threading.get_ident() != self._thread or name.startswith("flowyml."):
            return None
        for finder in sys.meta_path:
            find = None if isinstance(finder, _Finder) else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find else None
            if spec is not None:
                return _endable(spec)
        return None


class _EndableLoader(Loader):
    """Executes a module up to the line that calls `Pipeline.run()`."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with loading(module) as load:
            try:
                self._loader.exec_module(module)
            except (Exception, SystemExit, LoadingEnded) as error:
                if is_end(error):
                    _ENDED[module] = _line(error.__traceback__, module)
                    return
                if load.end is None:
                    raise
                raise _caught(module, load.end) from error
            if load.end is not None:
                raise _caught(module, load.end)


def _caught(module: ModuleType, line: int) -> CompileError:
    from flowyml.frontend.load_errors import end_caught

    return CompileError([end_caught(module, line)])


def _endable(spec: ModuleSpec) -> ModuleSpec:
    if spec.loader is not None and _is_project_source(spec):
        spec.loader = _EndableLoader(spec.loader)
    return spec


def _is_project_source(spec: ModuleSpec) -> bool:
    return (
        spec.has_location
        and spec.origin is not None
        and spec.origin.endswith(".py")
        and spec.name.partition(".")[0] not in sys.stdlib_module_names
        and not is_installed(Path(spec.origin))
    )


def _line(traceback: TracebackType | None, module: ModuleType) -> int:
    """Find the line of the module's top level that a traceback passed through."""
    while traceback is not None:
        frame = traceback.tb_frame
        if is_top_level(frame, module):
            return traceback.tb_lineno
        traceback = traceback.tb_next
    raise AssertionError(f"loading {module.__name__} ended outside of it")
