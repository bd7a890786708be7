"""What Airflow takes for emitted DAG files, beside files that a hand wrote: `parse`, `run`, `own`.

Runs in an interpreter with Airflow 3, in a home of its own, and prints JSON. Both sides alternate
in one process; each figure is processor time, in seconds, for one round: `[[ours, by hand], …]`.
`own` prints flowyml's own time in the first task of the process, and that of each one after it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def parse(ours: str, by_hand: str, rounds: str) -> list[list[float]]:
    """Let a DagBag read each file."""
    from airflow.dag_processing.dagbag import DagBag

    def read(file: str) -> None:
        bag = DagBag(file)
        assert not bag.import_errors, bag.import_errors
        assert len(bag.dags) == 1

    return in_turns(lambda: read(ours), lambda: read(by_hand), int(rounds))


def run(ours: str, by_hand: str, rounds: str) -> list[list[float]]:
    """Run each DAG with `dag.test()`."""
    one, other = map(tested, (ours, by_hand))
    return in_turns(one, other, int(rounds))


def own(ours: str, _by_hand: str, rounds: str) -> list[list[float]]:
    """Time flowyml in each task; what it loads for the first one is its own time, too.

    The functions of the steps only add two numbers. What Airflow left to be collected is not
    flowyml's.
    """
    test = tested(ours)
    gc.collect()
    began = time.process_time()
    from flowyml_airflow import worker

    loaded, run_step, taken = time.process_time() - began, worker.run_step, list[float]()

    def run_timed(*arguments: Any, **keywords: Any) -> Any:
        gc.collect()
        started = time.process_time()
        try:
            return run_step(*arguments, **keywords)
        finally:
            taken.append(time.process_time() - started)

    worker.run_step = run_timed
    for _ in range(int(rounds)):
        test()
    return [[loaded + taken[0]], taken[1:]]


def tested(file: str) -> Callable[[], None]:
    """Give a way to run a file's DAG, without the pauses of the loop that looks for its tasks."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.definitions import dag as module
    from airflow.utils.db import initdb

    initdb()
    blink = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    module.time = blink  # type: ignore[attr-defined]
    dag: Any = next(iter(DagBag(file).dags.values()))

    def test() -> None:
        assert dag.test().state == "success"

    return test


def in_turns(one: Callable[[], None], other: Callable[[], None], rounds: int) -> list[list[float]]:
    one(), other()  # what is imported once is no round's
    return [[timed(one), timed(other)] for _ in range(rounds)]


def timed(call: Callable[[], None]) -> float:
    gc.collect()  # what the round before left is not this one's
    began = time.process_time()
    call()
    return time.process_time() - began


if __name__ == "__main__":
    sys.path.insert(0, str(Path(sys.argv[2]).parent))
    figures = {"parse": parse, "run": run, "own": own}[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(figures))
