"""Metrics: the figures among what a step returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Real
from typing import cast


def metrics_in(name: str, value: object) -> dict[str, float]:
    """Find the metrics in one output: itself if it is a number, the numbers in a `Metrics` asset.

    Args:
        name: the asset's name, which every metric's name starts with.
        value: what the step returned. A bool is no number.

    Example:
        >>> from flowyml import Metrics
        >>> metrics_in("rows", 178)
        {'rows': 178.0}
        >>> metrics_in("scores", Metrics(f1={"ham": 0.9, "spam": 0.8}, model="forest"))
        {'scores.f1.ham': 0.9, 'scores.f1.spam': 0.8}
    """
    if not hasattr(type(value), "__flowyml_asset__"):
        return dict(_number(name, value))
    from flowyml.api.assets import Metrics

    if isinstance(value, Metrics):
        data: Mapping[object, object] = value.data
        return dict(_within(name, data))
    return dict(_number(name, value))


def _within(name: str, data: Mapping[object, object]) -> Iterator[tuple[str, float]]:
    for key, value in data.items():
        inner = f"{name}.{key}"
        if isinstance(value, Mapping):
            yield from _within(inner, cast("Mapping[object, object]", value))
        else:
            yield from _number(inner, value)


def _number(name: str, value: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            yield name, float(value)
        except OverflowError:  # an integer of more than 308 digits measures nothing
            return
