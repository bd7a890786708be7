"""How far a map task is: told to whoever listens in the step's context."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeAlias

Listener: TypeAlias = Callable[[int, int], object]
"""Takes how many items are done, failed ones included, and how many there are."""

_listener: ContextVar[Listener | None] = ContextVar("flowyml_map_listener", default=None)


class Listening:
    """Tells a listener, or nobody, of the map tasks that begin in its `with` block."""

    def __init__(self, listener: Listener | None) -> None:
        self._heard = listener

    def __enter__(self) -> None:
        self._token = _listener.set(self._heard)

    def __exit__(self, *_: object) -> None:
        _listener.reset(self._token)


class Progress:
    """Counts finished items, and tells the present listener at each full percent.

    Args:
        total: how many items there are.
    """

    def __init__(self, total: int) -> None:
        self._listener = _listener.get()
        self._total = total
        self._done = 0

    def advance(self) -> None:
        """Count one more; the caller keeps other threads out."""
        percent = 100 * self._done // self._total
        self._done += 1
        if self._listener is not None and 100 * self._done // self._total > percent:
            self._listener(self._done, self._total)
