"""Arrays and scalars of NumPy keep shape and type."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowyml import Pipeline, step


def arrays() -> dict[str, Any]:
    """Build arrays of several shapes and types."""
    return {
        "matrix": np.arange(6, dtype="int16").reshape(2, 3),
        "fortran": np.asfortranarray(np.eye(3, dtype="float32")),
        "nothing": np.zeros((0, 4)),
        "single": np.array(1.5),
        "words": np.array(["a", "žž"]),
        "days": np.array(["2024-02-29", "NaT"], dtype="datetime64[D]"),
        "holes": np.array([1.0, np.nan, np.inf]),
    }


@step(outputs=sorted(arrays()))
def make() -> dict[str, Any]:
    return arrays()


@step(outputs=["mean", "most"])
def scalars(matrix: np.ndarray) -> tuple[np.float64, np.int16]:
    return matrix.mean(), matrix.max()


@step(outputs=["records"])
def record() -> np.ndarray:
    return np.array([(1, "a")], dtype=[("id", "int32"), ("name", "U4")])


@step(outputs=["seen"])
def look(matrix, fortran, nothing, single, words, days, holes, mean, most, records):
    values = (matrix, fortran, nothing, single, words, days, holes, mean, most, records)
    return [(type(v).__name__, str(v.dtype), v.shape) for v in values]


pipeline = Pipeline("arrays").add_steps([make, scalars, record, look])
