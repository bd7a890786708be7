"""What predicates say that several steps of one run have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future


class Verdicts:
    """Evaluates each shared predicate once per run, whichever step comes first.

    A predicate that raises fails every step that shares it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[str, Future[bool]] = {}

    def once(self, name: str, evaluate: Callable[[], bool]) -> bool:
        """Give what the predicate said, evaluating it if nobody has."""
        from concurrent.futures import Future

        with self._lock:
            first = name not in self._said
            verdict = self._said.setdefault(name, Future())
        if first:
            try:
                verdict.set_result(evaluate())
            except BaseException as error:
                verdict.set_exception(error)
        return verdict.result()
