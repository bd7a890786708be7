"""Python's collector of reference cycles, while something large is built that stays."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Generator


@contextlib.contextmanager
def collecting_later() -> Generator[None]:
    """Hold the collector back: it would walk through all that is built, again and again.

    A compilation makes hundreds of thousands of objects and next to no cycles; of a large one, the
    collector took a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextlib.contextmanager
def never_collecting() -> Generator[None]:
    """Hold the collector back to the end of the process, where it would look at everything once.

    For a command that ends with what it builds: the memory goes back as a whole.
    """
    with collecting_later():
        yield
        gc.freeze()
