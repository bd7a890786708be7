"""Steps that a condition skips, those that fall with them, and those that go on without them."""

from __future__ import annotations

from flowyml import Pipeline, context, step, unless, when


def is_large(data):
    return len(data) > 2


def has(data, least: int):
    return len(data) >= least


@step(outputs=["data"])
def read(size: int):
    return list(range(size))


@step(outputs=["deep"])
@when(is_large)
def train(data):
    return sum(data)


@step(outputs=["deeper"])
def refine(deep):
    return deep + 1


@step(outputs=["deepest"])
@unless(lambda deeper, limit=100: deeper > limit)
def polish(deeper):
    return deeper + 1


@step(outputs=["model"])
@when(is_large)
@when(has)
def fit(data):
    return f"fitted on {len(data)}"


@step(outputs=["report"])
def describe(model="no model"):
    return model


@step(outputs=["both"])
def compare(data, model, deep=0):
    return [len(data), model, deep]


@step
@when(is_large)
def check(data):
    assert data


@step(outputs=["size_seen"])
def guarded(data):
    return len(data)


pipeline = Pipeline("conditions", context=context(size=5, least=4)).add_steps(
    [read, train, refine, polish, fit, describe, compare, check, guarded]
)

if __name__ == "__main__":
    print(pipeline.run().outputs)
