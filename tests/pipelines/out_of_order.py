"""Steps are added in another order than they run in."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["report"])
def report(scored: int, cleaned: int) -> str:
    return f"{cleaned}: {scored}"


@step(outputs=["scored"])
def score(cleaned: int) -> int:
    return cleaned * 10


@step(outputs=["cleaned"])
def clean(raw: int) -> int:
    return raw + 1


@step(outputs=["raw"])
def load() -> int:
    return 1


pipeline = Pipeline("out_of_order").add_steps([report, score, clean, load])
