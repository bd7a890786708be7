"""A frame of some megabytes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from flowyml import Pipeline, step

ROWS = 200_000


@step(outputs=["frame"])
def make(rows: int = ROWS) -> pd.DataFrame:
    row = np.arange(rows)
    return pd.DataFrame({"row": row, "half": row / 2, "name": [f"row {n}" for n in row]})


@step(outputs=["evens"])
def keep_even(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["row"] % 2 == 0]


@step(outputs=["total"])
def add(evens: pd.DataFrame) -> float:
    return float(evens["half"].sum())


pipeline = Pipeline("large_frame").add_steps([make, keep_even, add])
