"""A reader that changes what it was given changes nobody else's value."""

from __future__ import annotations

from flowyml import Pipeline, step

kept: list[list[int]] = []


@step(outputs=["numbers"])
def make() -> list[int]:
    numbers = [1, 2, 3]
    kept.append(numbers)
    return numbers


@step(outputs=["shortened"])
def shorten(numbers: list[int]) -> list[int]:
    numbers.clear()
    for each in kept:
        each.append(99)
    return numbers


@step(outputs=["total"], after=[shorten])
def add(numbers: list[int]) -> int:
    return sum(numbers)


pipeline = Pipeline("mutation").add_steps([make, shorten, add])
