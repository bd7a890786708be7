"""With `fail_fast` nothing new starts once a step has failed."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["first"])
def start() -> int:
    raise ValueError("no start")


@step(outputs=["second"])
def follow(first: int) -> int:
    return first


@step(outputs=["other"])
def elsewhere() -> int:
    return 2


pipeline = Pipeline("fail_fast", fail_fast=True).add_steps([start, follow, elsewhere])
