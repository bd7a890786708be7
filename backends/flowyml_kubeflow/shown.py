"""What Kubeflow's pages show of a value beside its place: its class, its size, its figures.

They list an artifact's metadata as it is, and the numbers of a `system.Metrics` in its run. Text
and numbers alone: Kubeflow turns true into 1 there.
"""

from __future__ import annotations

import math
from typing import Any, cast

from flowyml_kubeflow.json_data import is_array, is_object

Facts = dict[str, str | float]


def shown(name: str, value: Any) -> Facts:
    """Give the facts of the value of an output.

    Args:
        name: the output's name.
        value: what the step returned for it.

    Example:
        >>> shown("scores", {"f1": 0.5})
        {'type': 'dict'}
        >>> from flowyml import Metrics
        >>> shown("scores", Metrics(f1={"ham": 0.5}))
        {'type': 'flowyml.Metrics', 'f1.ham': 0.5}
    """
    from flowyml.frontend.annotations import public_name

    data = value.data if hasattr(value, "__flowyml_asset__") else value
    own: type[Any] = cast("Any", type(value))
    kind = public_name(own).removeprefix("builtins.")
    return {"type": kind, **_extent(data), **_figures(name, value)}


def _extent(data: Any) -> Facts:
    """Count the rows and columns of a table or an array, and the rows of a list of dicts."""
    if shape := _shape(data):
        return dict(zip(("rows", "columns"), shape, strict=False))
    if is_array(data) and data and all(map(is_object, data)):
        return {"rows": len(data), "columns": len({key: None for row in data for key in row})}
    return {}


def _shape(data: Any) -> tuple[int, ...]:
    """Give the lengths of the two dimensions, or of the only one; nothing if there are others."""
    found: object = getattr(data, "shape", None)
    shape: tuple[Any, ...] = cast("Any", found) if isinstance(found, tuple) else ()
    lengths = tuple(int(each) for each in shape if hasattr(each, "__index__"))
    return lengths if 1 <= len(lengths) == len(shape) <= 2 else ()


def _figures(name: str, value: Any) -> Facts:
    """Give the figures of metrics by their own names, and that of a number by the output's."""
    from flowyml.runtime.outcome import metrics_in

    found = metrics_in(name, value).items()
    return {key.removeprefix(f"{name}."): n for key, n in found if math.isfinite(n)}
