"""Three steps in a row."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["numbers"])
def load() -> list[int]:
    """Give the first numbers."""
    return [1, 2, 3]


@step(inputs=["numbers"], outputs=["doubled"])
def double(numbers: list[int]) -> list[int]:
    return [2 * number for number in numbers]


@step(inputs=["doubled"], outputs=["total"])
def add(doubled: list[int]) -> int:
    return sum(doubled)


pipeline = Pipeline("linear").add_step(load).add_step(double).add_step(add)
