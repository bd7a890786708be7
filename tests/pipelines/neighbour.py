"""A module beside the pipeline's, with a step of its own and a plain function."""

from __future__ import annotations

from flowyml import step


@step(outputs=["lines"])
def read() -> list[str]:
    return [" one ", "", "three"]


def longest(lengths: list[int]) -> int:
    return max(lengths)
