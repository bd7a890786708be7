"""A fallback after the last attempt, a final exception, a time limit, and a map over items."""

from __future__ import annotations

import time
from pathlib import Path

from flowyml import Pipeline, context, map_task, on_failure, retry, step


def instead(folder, error):
    return f"instead of {type(error).__name__}"


@step(outputs=["recovered"])
@retry(max_attempts=2, delay=0)
@on_failure(instead)
def broken(folder: str):
    if not folder:
        raise ValueError("this pipeline leaves files: give it a folder with -c folder=…")
    with Path(folder, "broken").open("a") as log:
        log.write("x")
    raise RuntimeError("always")


@step(outputs=["tries"])
def count(recovered, folder: str):
    return len(Path(folder, "broken").read_text())


@step(outputs=["limited"], timeout=600)
def in_time(tries: int):
    return tries, time.perf_counter() > 0


@step(outputs=["numbers"])
def numbers(limited):
    return [1, 2, 3, 4]


@map_task(inputs=["numbers"], outputs=["halves"], min_success_ratio=0.5)
def halve(number: int):
    if number % 2:
        raise ValueError(number)
    return number // 2


@step(outputs=["kept"])
def keep(halves: list[int]):
    return halves


pipeline = Pipeline("resilience", context=context(folder="")).add_steps(
    [broken, count, in_time, numbers, halve, keep]
)
