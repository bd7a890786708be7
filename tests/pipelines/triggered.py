"""Started when another pipeline has made an asset, and something else was written."""

from __future__ import annotations

from flowyml import Pipeline, Schedule, step


@step(outputs=["report"])
def write() -> str:
    return "all is well"


pipeline = Pipeline(
    "triggered", schedule=Schedule(assets=["scheduled/doubled", "s3://data/raw.csv"])
).add_step(write)
