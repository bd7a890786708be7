"""Whether a module is being loaded by flowyml on this thread (docs/semantics.md §0.1).

The scripts of the tutorial end in an unguarded `pipeline.run()`. While such a module is loaded, to
be compiled or to serve a worker, that line ends the loading of the module and runs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager


class LoadingEnded(BaseException):
    """A module that is being loaded reached `Pipeline.run()`.

    No Exception, so that a script's own `except Exception` does not take it for a failed run.
    """


class _Active(threading.local):
    modules = 0


_ACTIVE = _Active()


def end_loading_if_active() -> None:
    """Do nothing, unless this thread is loading a module: then end that.

    Raises:
        LoadingEnded: caught by the loader, at the module whose top level led here.
    """
    if _ACTIVE.modules:
        raise LoadingEnded


@contextmanager
def loading() -> Generator[None]:
    """Mark that this thread executes a module's top level and that the caller catches the end."""
    _ACTIVE.modules += 1
    try:
        yield
    finally:
        _ACTIVE.modules -= 1
