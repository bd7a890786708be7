"""Steps that build the pipeline that does their work, one within another."""

from __future__ import annotations

from flowyml import Pipeline, context, dynamic, step


@dynamic(outputs=["models"])
def search(rates: list):
    sub = Pipeline("search")
    for rate in rates:

        @step(outputs=[f"model_{rate}"])
        def train(rate=rate):
            if rate < 0:
                raise ValueError(f"a rate of {rate}")
            return {"rate": rate}

        sub.add_step(train)
    return sub


@step(outputs=["best"])
def choose(candidates=(1, 3, 2)) -> int:
    return max(candidates)


@dynamic(outputs=["best"])
def within():
    return Pipeline("within").add_step(choose)


@dynamic(outputs=["best"])
def around(models: dict):
    return Pipeline("around").add_step(within)


pipeline = Pipeline("dynamic_steps", context=context(rates=[0.1, 0.5]))
pipeline.add_steps([search, around])
