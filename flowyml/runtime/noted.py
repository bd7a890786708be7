"""What is noted of a step's values where they are made, because elsewhere they are not at hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowyml.frozen import dataclass
from flowyml.runtime.metrics import metrics_in

if TYPE_CHECKING:
    from flowyml.runtime.mapping import MapTaskResult

_NONE: Mapping[str, float] = {}


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Facts about the outputs of one step.

    Attributes:
        metrics: the figures among them.
        items: how many items of a map task succeeded, and of how many.
        texts: the outputs that may have texts in them, which may name files.
        whole: whether every item of a map succeeded.
        nothing: whether all of them are None.
    """

    metrics: Mapping[str, float] = _NONE
    items: tuple[int, int] | None = None
    texts: Sequence[str] = ()
    whole: bool = True
    nothing: bool = False


NOTHING = Noted()


def noted(values: Mapping[str, Any], *, mapped: bool) -> Noted:
    """Look at the values of a step's outputs; `mapped`: whether it is a map task."""
    figures = (metrics_in(name, value) for name, value in values.items())
    return Noted(
        metrics={name: figure for found in figures for name, figure in found.items()},
        items=next(map(_counts, values.values())) if mapped else None,
        texts=tuple(name for name, value in values.items() if may_hold_texts(value)),
        whole=not any(r.errors for r in map(_of_items, values.values()) if r is not None),
        nothing=all(map(_is_nothing, values.values())),
    )


def may_hold_texts(value: Any) -> bool:
    """Tell, at a glance, whether there may be texts in a value."""
    return not isinstance(value, bool | int | float | type(None))


def _is_nothing(value: Any) -> bool:
    if (items := _of_items(value)) is not None:
        return items.total > 0 and all(result is None for result in items.results)
    return value is None


def _counts(value: Any) -> tuple[int, int] | None:
    items = _of_items(value)
    return None if items is None else (items.successes, items.total)


def _of_items(value: Any) -> MapTaskResult | None:
    """Give a value as the result of a map task, if it is one; without its module there is none."""
    mapping = sys.modules.get("flowyml.runtime.mapping")
    found: MapTaskResult | None = None
    if mapping is not None and isinstance(value, mapping.MapTaskResult):
        found = value
    return found
