"""The page's "Execution Graph": the order follows from inputs and outputs."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["data"])
def step_a():
    return [1, 2, 3]


@step(inputs=["data"], outputs=["result"])
def step_b(data):
    return sum(data)


pipeline = Pipeline("seed_graph").add_steps([step_b, step_a])
