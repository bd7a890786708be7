"""A step that returns another number of values than it declares fails."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["one", "two"])
def three_values():
    return 1, 2, 3


@step(outputs=["seen"])
def use(one):
    return one


@step(outputs=["left", "right"])
def other_keys():
    return {"left": 1, "wrong": 2}


pipeline = Pipeline("wrong_count").add_steps([three_values, use, other_keys])
