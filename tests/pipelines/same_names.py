"""Two different steps of one name: they are told apart by order of adding."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(name="make", outputs=["one"])
def make_one() -> int:
    return 1


@step(name="make", outputs=["two"])
def make_two() -> int:
    return 2


@step(outputs=["three"])
def add(one: int, two: int) -> int:
    return one + two


pipeline = Pipeline("same_names").add_steps([make_one, make_two, add])
