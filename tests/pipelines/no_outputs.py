"""Steps that declare no outputs: their values are known by the steps' names."""

from __future__ import annotations

from flowyml import Pipeline, step


@step
def measure():
    return {"height": 3, "width": 4}


@step()
def area(measure):
    return measure["height"] * measure["width"]


@step(inputs=["area"])
def describe(area):
    return f"{area} square metres"


pipeline = Pipeline("no_outputs").add_steps([measure, area, describe])
