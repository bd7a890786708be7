"""What was read in files of this machine, for as long as they are the same ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 40_000
"""Files that are remembered: what two pipelines of ten thousand steps look at."""

_TICK = 100_000_000
"""Nanoseconds after a change in which another one may leave the same time behind: ten ticks of the
clock that file systems go by."""


class Seen(Generic[T]):
    """Reads a file the first time, and again when it may have changed.

    A process that runs a pipeline over and over finds the same results in its cache each time; to
    ask how a file looks takes a fifth of the time that reading it does. It is the same file if its
    last change, size and inode are. The time of a change cannot be set by hand; right after one it
    tells little, so a file is not remembered until it is a little older.

    Args:
        read: reads a file.
    """

    def __init__(self, read: Callable[[str], T]) -> None:
        self._read = read
        self._known: dict[str, tuple[tuple[int, int, int], T]] = {}

    def once(self, path: str) -> T:
        """Give what is in a file.

        Raises:
            OSError: it is not there; and what reading it raises.
        """
        status = os.stat(path)  # noqa: PTH116 - for every cached step
        looks = (status.st_ctime_ns, status.st_size, status.st_ino)
        known = self._known.get(path)
        if known is not None and known[0] == looks:
            return known[1]
        found = self._read(path)
        if time.time_ns() - status.st_ctime_ns > _TICK:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[path] = (looks, found)
        return found
