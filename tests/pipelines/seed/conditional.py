"""The page's "Conditional Execution"."""

from __future__ import annotations

from flowyml import Pipeline, context, step, when


@step(outputs=["data"])
def load(quality: float):
    return {"quality": quality}


@step(inputs=["data"], outputs=["model"])
@when(lambda data: data["quality"] > 0.9)
def train(data):
    return "trained_model"


pipeline = Pipeline("seed_conditional", context=context(quality=0.95)).add_steps([load, train])
