"""What Airflow takes for emitted DAG files, beside files that a hand wrote: `parse` or `run`.

Runs in an interpreter with Airflow 3, in a home of its own, and prints JSON. Both sides alternate
in one process; each figure is processor time, in seconds, for one round: `[[ours, by hand], …]`.
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
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.definitions import dag as module
    from airflow.utils.db import initdb

    initdb()
    blink = SimpleNamespace(**{**vars(time), "sleep": lambda _: None})
    module.time = blink  # type: ignore[attr-defined]
    dags: list[Any] = [next(iter(DagBag(file).dags.values())) for file in (ours, by_hand)]

    def test(dag: Any) -> None:
        assert dag.test().state == "success"

    return in_turns(lambda: test(dags[0]), lambda: test(dags[1]), int(rounds))


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
    figures = {"parse": parse, "run": run}[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(figures))
