"""What is noted of a step's values where they are made, because elsewhere they are not at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowyml.frozen import dataclass
from flowyml.runtime.mapping import MapTaskResult, item_counts
from flowyml.runtime.metrics import metrics_in
from flowyml.runtime.texts import may_hold_texts

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
        items=next(map(item_counts, values.values())) if mapped else None,
        texts=tuple(name for name, value in values.items() if may_hold_texts(value)),
        whole=not any(isinstance(v, MapTaskResult) and v.errors for v in values.values()),
        nothing=all(map(_is_nothing, values.values())),
    )


def _is_nothing(value: Any) -> bool:
    if isinstance(value, MapTaskResult):
        return value.total > 0 and all(result is None for result in value.results)
    return value is None
