"""`when` and `unless`: a step that runs only if a predicate says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flowyml.api import readable
from flowyml.api.step import mark

T = TypeVar("T", bound=Callable[..., Any])


class Condition(NamedTuple):
    """A predicate, and whether the step runs when it is false rather than true."""

    predicate: Callable[..., object]
    negate: bool = False


def when(predicate: Callable[..., object]) -> Callable[[T], T]:
    """Run a step only if a predicate is true; else it is SKIPPED, and so are its consumers.

    Stands over or under `@step`; several combine with *and*, read from top to bottom, and the
    first that says no ends the reading. The predicate runs where the step runs; its parameters are
    bound as the step's own are (docs/semantics.md §3).

    Raises:
        TypeError: not a function.

    Example:
        >>> from flowyml import step, when
        >>> @step(inputs=["data"], outputs=["model"])
        ... @when(lambda data: data["quality"] > 0.9)
        ... def train(data):
        ...     return "trained"
    """
    return mark("@when", conditions=(condition_of("@when", predicate),))


def unless(predicate: Callable[..., object]) -> Callable[[T], T]:
    """Run a step only if a predicate is false; in all else like `when`."""
    return mark("@unless", conditions=(condition_of("@unless", predicate, negate=True),))


def condition_of(what: str, predicate: Callable[..., object], *, negate: bool = False) -> Condition:
    """Check a predicate that `what` was given.

    Raises:
        TypeError: not a function.
    """
    if not callable(predicate):
        raise TypeError(f"{what} takes a function, not {type(predicate).__name__}: {predicate!r}")
    readable(what, predicate)
    return Condition(predicate, negate)
