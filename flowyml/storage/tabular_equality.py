"""When two arrays or frames are the same. Imported when there is one, so NumPy is loaded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np

Same: TypeAlias = Callable[[Any, Any], bool]
"""How the objects inside are compared."""


def tabular_equal(a: Any, b: Any, same: Same) -> bool | None:
    """Compare two arrays, frames, series or indexes of one type.

    Returns:
        None if they are something else of NumPy or pandas.
    """
    if type(a) is np.ndarray:
        return _arrays(a, b, same)
    if isinstance(a, np.generic):
        return _arrays(np.asarray(cast("Any", a)), np.asarray(b), same)
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    if isinstance(a, pandas.Index):
        return _indexes(a, b, same)
    if isinstance(a, pandas.Series):
        return same(a.name, b.name) and _labels(a, b, same) and _columns(a, b, same)
    return _frames(a, b, same) if isinstance(a, pandas.DataFrame) else None


def _arrays(a: Any, b: Any, same: Same) -> bool:
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.names:
        return all(_arrays(a[name], b[name], same) for name in a.dtype.names)
    if a.dtype.kind == "O":
        return all(map(same, a.ravel().tolist(), b.ravel().tolist()))
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fcmM"))


def _frames(a: Any, b: Any, same: Same) -> bool:
    return (
        _indexes(a.columns, b.columns, same)
        and _labels(a, b, same)
        and all(_columns(a.iloc[:, n], b.iloc[:, n], same) for n in range(a.shape[1]))
    )


def _labels(a: Any, b: Any, same: Same) -> bool:
    return _indexes(a.index, b.index, same) and same(a.attrs, b.attrs) and a.flags == b.flags


def _indexes(a: Any, b: Any, same: Same) -> bool:
    if type(a) is not type(b) or a.nlevels != b.nlevels or not same([*a.names], [*b.names]):
        return False
    if a.nlevels > 1:
        levels = range(a.nlevels)
        return all(_columns(a.get_level_values(n), b.get_level_values(n), same) for n in levels)
    return getattr(a, "freq", None) == getattr(b, "freq", None) and _columns(a, b, same)


def _columns(a: Any, b: Any, same: Same) -> bool:
    """Compare the values of two series, or of two indexes."""
    if a.dtype != b.dtype:
        return False
    if isinstance(a.dtype, np.dtype):
        return _arrays(a.to_numpy(), b.to_numpy(), same)
    return bool(a.array.equals(b.array))
