"""A predicate that two complementary steps share raises: both have failed."""

from __future__ import annotations

from flowyml import Pipeline, step, unless, when


def broken(data):
    raise LookupError(f"no verdict on {data}")


@step(outputs=["data"])
def read():
    return 1


@step(outputs=["model"])
@when(broken)
def train_deep(data):
    return data


@step(outputs=["model"])
@unless(broken)
def train_simple(data):
    return data


@step(outputs=["report"])
def use(model):
    return model


pipeline = Pipeline("failing_pair").add_steps([read, train_deep, train_simple, use])

if __name__ == "__main__":
    print(pipeline.run().success)
