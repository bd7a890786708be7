"""Two steps of which exactly one produces an asset; what they share is asked once."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step, unless, when


def is_large(data, folder: str):
    if folder:
        with Path(folder, "asked").open("a") as log:
            log.write("x")
    return len(data) > 2


def is_even(part):
    return part % 2 == 0


@step(outputs=["data"])
def read(size: int):
    return list(range(size))


@step(outputs=["model"])
@when(is_large)
def train_deep(data):
    return f"deep on {len(data)}"


@step(outputs=["model"])
@unless(is_large)
def train_simple(data):
    return f"simple on {len(data)}"


@step(outputs=["asked"])
def count(model, folder: str):
    return [model, len(Path(folder, "asked").read_text())]


@step(outputs=["part"])
@unless(lambda data, most: len(data) > most)
def take(data):
    return len(data)


@step(outputs=["half"])
@unless(is_even)
def odd(part):
    return part // 2 + 0.5


@step(outputs=["half"])
@when(is_even)
def even(part):
    return part // 2


@step(outputs=["halved"])
def use(half="nothing"):
    return half


@step(outputs=["ending"])
@when(is_even)
def end_even(part):
    return f"even {part}"


@step(outputs=["ending"])
@unless(is_even)
def end_odd(part):
    return f"odd {part}"


pipeline = Pipeline("branches", context=context(size=3, most=10, folder="")).add_steps(
    [read, train_deep, train_simple, count, take, odd, even, use, end_even, end_odd]
)

if __name__ == "__main__":
    print(pipeline.run().outputs)
