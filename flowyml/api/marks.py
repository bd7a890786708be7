"""What decorators say of a step, whether they stand over or under `@step`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flowyml.frozen import dataclass

if TYPE_CHECKING:
    from flowyml.api.conditions import Condition
    from flowyml.api.resilience import RetrySpec

T = TypeVar("T", bound=Callable[..., Any])
_ATTRIBUTE = "__flowyml_marks__"


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the decorators around one function say.

    Attributes:
        conditions: in the order in which they are read, the outermost first.
        retry: what `@retry` says.
        fallback: what `@on_failure` names.
    """

    conditions: tuple[Condition, ...] = ()
    retry: RetrySpec | None = None
    fallback: Callable[..., Any] | None = None

    def under(self, outer: Marks) -> Marks:
        """Put the marks of an outer decorator over these.

        Raises:
            TypeError: both say how to retry, or both name a fallback.
        """
        for name, word in (("retry", "@retry"), ("fallback", "@on_failure")):
            if getattr(self, name) is not None and getattr(outer, name) is not None:
                raise TypeError(f"{word} is given twice for one step; keep one of the two")
        return Marks(
            conditions=(*outer.conditions, *self.conditions),
            retry=outer.retry or self.retry,
            fallback=outer.fallback or self.fallback,
        )


def mark(**fields: Any) -> Callable[[T], T]:
    """Make a decorator that marks a function, or a step."""
    marks = Marks(**fields)

    def decorate(target: T) -> T:
        if (marked := getattr(target, "marked", None)) is not None:  # a step gives a copy of itself
            step: T = marked(marks)
            return step
        if not callable(target):
            raise TypeError(f"this decorator takes a function, not {type(target).__name__}")
        setattr(target, _ATTRIBUTE, marks_of(target).under(marks))
        return target

    return decorate


def marks_of(function: Callable[..., Any]) -> Marks:
    """Give what the decorators under `@step` say of a function."""
    found: Marks = getattr(function, _ATTRIBUTE, Marks())
    return found
