"""What one trace found out, so that it looks once at a file, or a function that steps share."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

T = TypeVar("T")

_last: WeakKeyDictionary[FunctionType, dict[object, Any]] = WeakKeyDictionary()
"""By function what the last trace found out about it, by question."""


class Memo:
    """Answers by question and object; holds on to the objects, whose ids are the keys."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, int], tuple[object, Any]] = {}

    def once(self, question: Callable[..., T], about: object, *more: object) -> T:
        """Give the answer to a question, which is asked the first time only.

        Args:
            question: a function of what it is about.
            about: the object.
            more: further arguments; they follow from the object.
        """
        key = (question, id(about))
        if key not in self._known:
            self._known[key] = (about, _as_before(question, about, question(about, *more)))
        answer: T = self._known[key][1]
        return answer


def _as_before(question: object, about: object, answer: T) -> T:
    """Give the object that the last trace got, if it says the same: it is known by its identity."""
    if not isinstance(about, FunctionType):
        return answer
    from flowyml.ir import same  # workers import this module, and no IR

    known = _last.setdefault(about, {})
    if not same(known.get(question), answer):
        known[question] = answer
    return cast("T", known[question])
