"""Whether a module is being loaded by flowyml (docs/semantics.md §0.1).

The scripts of the tutorial end in an unguarded `pipeline.run()`. While such a module is loaded, to
be compiled or to serve a worker, that line ends the loading of the module and runs nothing.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType, ModuleType

_ENDED = "flowyml ended the loading of the module"


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
