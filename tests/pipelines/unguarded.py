"""Ends in an unguarded run, as the scripts of the tutorial do: nothing may run twice."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step

ctx = context(folder="")


def _count(folder: str, name: str) -> None:
    """Add a line for each call; one without a folder, as in the run below, is one too many."""
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    with (Path(folder) / "ran.txt").open("a") as lines:
        lines.write(f"{name}\n")


@step(outputs=["data"])
def extract(folder: str) -> int:
    _count(folder, "extract")
    return 20


@step(inputs=["data"], outputs=["doubled"])
def transform(data: int, folder: str) -> int:
    _count(folder, "transform")
    return 2 * data


pipeline = Pipeline("unguarded", context=ctx)
pipeline.add_step(extract).add_step(transform)

result = pipeline.run()
print(f"done: {result.outputs['doubled']}")
