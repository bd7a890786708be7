"""The pipelines that are timed; in a module of their own, as users' steps are."""

from __future__ import annotations

import time

from flowyml import Pipeline, Step, context, step


def first(start: int) -> int:
    return start


def link(value: int) -> int:
    return value


def double(item: int) -> int:
    return 2 * item


def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def chain(length: int, cache_dir: str) -> Pipeline:
    """A chain: a source that is cached, and steps that read what the one before them produced."""
    head = step(first, name="step_0", outputs=["value_0"], cache=True)
    links = [
        step(link, name=f"step_{i}", inputs=[f"value_{i - 1}"], outputs=[f"value_{i}"])
        for i in range(1, length)
    ]
    pipeline = Pipeline("chain", context=context(start=0), cache_dir=cache_dir)
    return pipeline.add_steps([head, *links])


def waiting(count: int) -> list[Step[..., float]]:
    """Independent steps that wait."""
    return [step(wait, name=f"wait_{i}", outputs=[f"waited_{i}"]) for i in range(count)]
