"""Steps of a module that ends in an unguarded run: importing it runs nothing."""

from __future__ import annotations

from unguarded import extract, transform

from flowyml import Pipeline, context, step


@step(outputs=["tripled"])
def triple(doubled: int) -> int:
    return 3 * doubled


pipeline = Pipeline("reused", context=context(folder="")).add_steps([extract, transform, triple])

if __name__ == "__main__":
    print(pipeline.run().outputs["tripled"])
