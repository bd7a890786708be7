"""Bound methods and lambdas: they run here, and no worker could import them."""

from __future__ import annotations

from flowyml import Pipeline, step


class Rules:
    factor = 3

    def triple(self, base: int) -> int:
        return self.factor * base


pipeline = Pipeline("bound").add_steps(
    [
        step(lambda: 14, name="base"),
        step(Rules().triple, outputs=["tripled"]),
    ]
)
