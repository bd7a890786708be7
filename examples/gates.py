"""A step that only checks: it has inputs and no output, so what reads the same data waits for it.

flowyml graph examples/gates.py
flowyml run examples/gates.py
flowyml run examples/gates.py -c minimum_rows=1000     # the check fails, nothing is trained
"""

from __future__ import annotations

import pandas as pd
from sklearn.dummy import DummyClassifier

from flowyml import Pipeline, context, step


@step(outputs=["data"])
def load_data(data_path: str) -> pd.DataFrame:
    return pd.read_csv(data_path)


@step(inputs=["data"], outputs=["row_count"])
def count_rows(data: pd.DataFrame) -> int:
    return len(data)


@step(inputs=["data"])
def validate_data(data: pd.DataFrame, minimum_rows: int) -> None:
    if len(data) < minimum_rows:
        raise ValueError(f"Insufficient data: {len(data)} rows, at least {minimum_rows} needed")
    if data["target"].isnull().any():
        raise ValueError("Missing target values")


@step(inputs=["data"], outputs=["model"])
def train_model(data: pd.DataFrame) -> DummyClassifier:
    return DummyClassifier().fit(data.drop(columns="target"), data["target"])


pipeline = Pipeline(
    "gates",
    context=context(data_path="data/train.csv", minimum_rows=100),
    description="Train only on data that passed its checks.",
)
# Steps added after the gate wait for it; `count_rows`, added before, does not.
pipeline.add_steps([load_data, count_rows, validate_data, train_model])
