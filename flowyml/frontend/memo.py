"""What one trace found out, so that it looks once at a file, or a function that steps share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


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
            self._known[key] = (about, question(about, *more))
        answer: T = self._known[key][1]
        return answer
