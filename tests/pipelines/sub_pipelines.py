"""Parts within parts, one of them used twice, with names and context values of their own."""

from __future__ import annotations

from flowyml import Pipeline, context, step


@step(outputs=["raw"])
def load() -> list[int]:
    return [3, 1, 2]


@step(inputs=["input"], outputs=["ordered"])
def order(numbers: list[int]) -> list[int]:
    return sorted(numbers)


@step
def check(ordered: list[int], longest: int):
    if len(ordered) > longest:
        raise ValueError(f"{len(ordered)} numbers")


@step(outputs=["scaled"])
def scale(ordered: list[int], rate: int) -> list[int]:
    return [rate * number for number in ordered]


@step(outputs=["sums"])
def add(first: list[int], second: list[int], rate: int) -> list[int]:
    return [sum(first), sum(second), rate]


inner = Pipeline("inner", context=context(rate=10)).add_steps([check, scale])
outer = Pipeline("outer").add_step(order).add_sub_pipeline(inner)

pipeline = Pipeline("sub_pipelines", context=context(rate=1, longest=5)).add_step(load)
pipeline.add_sub_pipeline(
    outer, "once", input_mapping={"raw": "input"}, output_mapping={"scaled": "first"}
)
pipeline.add_sub_pipeline(
    outer, "again", input_mapping={"first": "input"}, output_mapping={"scaled": "second"}
)
pipeline.add_step(add)
