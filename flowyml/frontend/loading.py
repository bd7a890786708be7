"""Modules whose `Pipeline.run()` ends their loading instead of running (docs/semantics.md §0.1).

The scripts of the tutorial end in an unguarded `pipeline.run()`. While such a module is loaded, to
be compiled or to serve a worker, that line ends the loading of the module and runs nothing.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from weakref import WeakKeyDictionary

from flowyml.diagnostics import CompileError
from flowyml.frontend.project import is_installed

_ENDED = "flowyml ended the loading of the module"
_ENDED_AT: WeakKeyDictionary[ModuleType, int] = WeakKeyDictionary()
_LOCK = threading.RLock()


class LoadingEnded(BaseException):
    """A module that is being loaded reached `Pipeline.run()`.

    No Exception, so that a script's own `except Exception` does not take it for a failed run.
    """


class Load:
    """One module whose top level is being executed.

    Attributes:
        module: the module.
        end: the line, 1-based, of its top level that ended it; None while nothing did.
    """

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.end: int | None = None


class _Mine(threading.local):
    def __init__(self) -> None:
        self.loads: list[Load] = []


_MINE = _Mine()
_ALL: list[Load] = []


def end_loading_if_active(module: str | None = None) -> None:
    """Do nothing, unless a module is being loaded: then end that.

    That is so if this thread loads one, or if a module that another thread loads led here: it has
    started this thread, and made the pipeline that is to run or the function that runs it.

    Args:
        module: the name of the module that made the pipeline.

    Raises:
        LoadingEnded: caught by the loader, at the module whose top level led here.
        SystemExit: in a thread of the script's, which it ends without a word.
    """
    if _MINE.loads:
        load = _MINE.loads[-1]
        load.end = next(
            (frame.f_lineno for frame in _frames() if is_top_level(frame, load.module)), 0
        )
        raise LoadingEnded
    if _ALL and _led_here_by({id(vars(load.module)) for load in tuple(_ALL)}, module):
        raise SystemExit(_ENDED)


def is_end(error: BaseException) -> bool:
    """Tell the end of a loading from other exceptions; a future may hand it on to its asker."""
    return isinstance(error, LoadingEnded) or error.args == (_ENDED,)


@contextmanager
def loading(module: ModuleType) -> Generator[Load]:
    """Mark that this thread executes a module's top level and that the caller catches the end."""
    load = Load(module)
    _MINE.loads.append(load)
    _ALL.append(load)
    try:
        yield load
    finally:
        _MINE.loads.remove(load)
        _ALL.remove(load)


def is_top_level(frame: FrameType, module: ModuleType) -> bool:
    """Tell whether a frame executes a module itself, rather than a function of it."""
    return frame.f_globals is vars(module) and frame.f_code.co_name == "<module>"


def _led_here_by(namespaces: set[int], module: str | None) -> bool:
    if module in sys.modules and id(vars(sys.modules[module])) in namespaces:
        return True
    return any(id(frame.f_globals) in namespaces for frame in _frames())


def _frames() -> Generator[FrameType]:
    frame = inspect.currentframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def ended_at(module: ModuleType) -> int | None:
    """Give the line whose `Pipeline.run()` ended the loading of a module, 1-based."""
    return _ENDED_AT.get(module)


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
                    _ENDED_AT[module] = _line(error.__traceback__, module)
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
