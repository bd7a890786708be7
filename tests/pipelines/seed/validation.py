"""The page's "Fail Fast with Validation Steps"."""

from __future__ import annotations

import pandas as pd

from flowyml import Pipeline, context, step


@step(outputs=["data"])
def load_data(rows: int, missing: int):
    return pd.DataFrame({"target": [None] * missing + [1.0] * (rows - missing)})


@step(inputs=["data"])
def validate_data(data):
    if len(data) < 100:
        raise ValueError("Insufficient data")
    if data["target"].isnull().any():
        raise ValueError("Missing target values")


@step(inputs=["data"], outputs=["model"])
def train_model(data):
    return float(data["target"].sum())


pipeline = Pipeline("seed_validation", context=context(rows=100, missing=0))
pipeline.add_steps([load_data, validate_data, train_model])
