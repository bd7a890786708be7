"""The page's "Composition Over Inheritance"."""

from __future__ import annotations

import pandas as pd

from flowyml import Pipeline, context, step


@step(outputs=["data"])
def load_csv(path: str):
    return pd.read_csv(path)


@step(inputs=["data"], outputs=["clean"])
def clean(data):
    return data.dropna()


@step(inputs=["clean"], outputs=["rows"])
def validate(clean):
    return clean.to_dict("records")


pipeline = Pipeline("seed_composition", context=context(path="data/rows.csv"))
pipeline.add_step(load_csv).add_step(clean).add_step(validate)
