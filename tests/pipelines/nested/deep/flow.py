"""A pipeline in folders that are no packages."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["where"])
def where() -> str:
    return __name__


pipeline = Pipeline("nested").add_step(where)
