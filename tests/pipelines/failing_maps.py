"""Map tasks that fail: too few items succeed, no collection, nothing to work on; others go on."""

from __future__ import annotations

import threading

from flowyml import Pipeline, map_task, step


@step(outputs=["numbers"])
def numbers():
    return [1, 2, 3, 4]


@step(outputs=["broken"])
def broken():
    raise RuntimeError("no numbers")


@step(outputs=["unordered"])
def unordered():
    return {1, 2}


@map_task(inputs=["numbers"], outputs=["halves"], min_success_ratio=0.6)
def too_few(number):
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


@map_task(inputs=["broken"], outputs=["behind"])
def behind_failure(number):
    return number


@map_task(inputs=["unordered"], outputs=["chosen"])
def choose(number):
    return number


@map_task(inputs=["numbers"], outputs=["locks"], min_success_ratio=0.0)
def lock(number):
    return threading.Lock()


@map_task(inputs=["numbers"], outputs=["stopped"], fail_fast=True, concurrency=1)
def stop_early(number):
    if number == 2:
        raise RuntimeError("enough")
    return number


@map_task(inputs=["numbers"], outputs=["none"], min_success_ratio=0.0)
def fail_all(number):
    raise SystemExit(number)


@step(outputs=["read"])
def read(halves):
    return halves


@step(outputs=["alone"])
def go_on(none: list):
    return none


pipeline = Pipeline("failing_maps").add_steps(
    [
        numbers,
        broken,
        unordered,
        too_few,
        behind_failure,
        choose,
        lock,
        stop_early,
        fail_all,
        read,
        go_on,
    ]
)
