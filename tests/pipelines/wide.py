"""Twenty steps: one gives eighteen values, one function squares each, one collects them."""

from __future__ import annotations

from flowyml import Pipeline, step

COUNT = 18
VALUES = [f"value_{n}" for n in range(COUNT)]
SQUARES = [f"square_{n}" for n in range(COUNT)]


@step(outputs=VALUES)
def spread() -> list[int]:
    return list(range(COUNT))


def square(value: int) -> int:
    return value * value


@step(inputs=SQUARES, outputs=["squares"])
def collect(*squares: int) -> list[int]:
    return list(squares)


pipeline = Pipeline("wide").add_step(spread)
for given, made in zip(VALUES, SQUARES, strict=True):
    pipeline.add_step(step(square, name=made, inputs=[given], outputs=[made]))
pipeline.add_step(collect)
