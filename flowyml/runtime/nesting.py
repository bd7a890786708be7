"""What a dynamic step needs from its surroundings to run the pipeline that it built.

The runtime runs no pipelines. A dynamic step brings along what does (`flowyml.api.dynamic`), and is
told here where it stands (docs/semantics.md §3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeAlias

from flowyml.frozen import dataclass
from flowyml.runtime import NestedError

DEEPEST = 20
"""Levels of dynamic steps within dynamic steps; beyond it one of them surely builds itself."""

_depth: ContextVar[int] = ContextVar("flowyml_depth", default=0)

Steps: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What became of the steps of a nested run, by name: each as `Outcome.to_dict` writes it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a dynamic step stands.

    Attributes:
        step: its name.
        outputs: names of its outputs.
        run_date: the date that the run is for.
        store: the URL of the store for nested values; None where none is to be had.
        depth: how many dynamic steps it is within.
    """

    step: str
    outputs: tuple[str, ...]
    run_date: datetime
    store: str | None = None
    depth: int = dataclasses.field(default_factory=_depth.get)

    def deeper(self) -> None:
        """Enter the nested run, in a context of its own.

        Raises:
            NestedError: that would be too deep.
        """
        if self.depth >= DEEPEST:
            raise NestedError(
                f"dynamic step '{self.step}' is within {DEEPEST} others; does one of them build "
                "a pipeline with itself in it?"
            )
        _depth.set(self.depth + 1)


@dataclass(frozen=True, kw_only=True)
class Nested:
    """What a nested run gave: the step's value, and what became of its steps."""

    value: Any
    steps: Steps


Expand: TypeAlias = Callable[[Any, Place], Nested]
"""Runs the pipeline that a dynamic step returned."""


def called(
    function: Callable[..., Any], expand: Expand, place: Place, *args: Any, **kwargs: Any
) -> Nested:
    """Call a dynamic step's function and run what it returned; picklable as a whole."""
    from flowyml.runtime.call import finish

    return expand(finish(function(*args, **kwargs)), place)
