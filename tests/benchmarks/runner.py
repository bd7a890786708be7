"""What running and compiling cost, beside peers and bare loops, in one run: `make bench`.

Every row is a ratio or a time that the issue tracker promises; rounds of both sides alternate, and
medians are compared. Peers have environments of their own, which `make bench` installs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from flowyml import LocalStack, Pipeline, context, map_task
from tests.benchmarks.airflow_rows import on_airflow
from tests.benchmarks.chains import chain, double, waiting
from tests.benchmarks.kubeflow import compiling
from tests.benchmarks.row import Row

ROUNDS = 5
PEERS = {"dagster": 100, "prefect": 100, "luigi": 1000, "metaflow": 10, "zenml": 30}
"""How many steps each peer runs: enough to divide by, and done in a minute."""


def main(environments: Path) -> None:
    """Print the table; exit 1 if a promise is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        rows = [*steps(environments), *maps(), *waits(), *memory()]
        rows += [*compiling(environments), *on_airflow()]
    width = max(len(row.what) for row in rows)
    for row in rows:
        most = "" if row.most is None else f"   at most {row.most:g}"
        mark = "" if row.kept else "   <-- not kept"
        print(f"{row.what:{width}} {row.figure:10.3f} {row.unit:<3}{most}{mark}")
    sys.exit(not all(row.kept for row in rows))


def steps(environments: Path) -> Iterator[Row]:
    """Time chains of steps that do nothing, with store, record and cache."""
    short, usual, long = per_step(100), per_step(1000), per_step(10_000, rounds=1)
    hit, anew = per_step(1000, warm=True), per_step(1000, warm=True, anew=True)
    yield Row("a step of 1,000", usual, "ms", 1.0)
    yield Row("a step of 1,000, all cached", hit, "ms", 0.3)
    yield Row("  the same, by a pipeline that never ran", anew, "ms")
    yield Row("a step of 10,000, to one of 100", long / short, "x", 1.3)
    for name, length in PEERS.items():
        python = environments / name / "bin" / "python"
        if not python.exists():
            print(f"{name} is not installed in {environments}: left out", file=sys.stderr)
            continue
        theirs = peer(python, name, length)
        yield Row(f"a step on {name}", theirs, "ms")
        yield Row(f"a step, to one on {name}", usual / theirs, "x", 1.0)


def per_step(length: int, *, warm: bool = False, anew: bool = False, rounds: int = 3) -> float:
    """Give the milliseconds that each step of a chain takes, building and recording included.

    The chain's head reads the number of the round, so that only a repeated round is cached. What a
    pipeline learned of itself in its first run is not known where it is made anew for each round.
    """
    cache_dir = tempfile.mkdtemp()
    pipeline = chain(length, cache_dir)
    stack = LocalStack(tempfile.mkdtemp(), Path(tempfile.mkdtemp(), "metadata.db"))
    taken: list[float] = []
    for number in range(rounds + 1):
        values = {"start": 0 if warm else number}
        pipeline = chain(length, cache_dir) if anew else pipeline
        seconds = timed(lambda run=pipeline.run, values=values: run(context=values, stack=stack))
        taken.append(seconds)
    return 1000 * median(taken[1:]) / length


def peer(python: Path, name: str, length: int) -> float:
    """Give the milliseconds that a step takes on a peer."""
    script = Path(__file__).with_name("peers") / f"{name}_chain.py"
    command = [str(python), str(script), str(length)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return 1000 * median(json.loads(done.stdout.splitlines()[-1])) / length


def maps() -> Iterator[Row]:
    """Compare a map over many trivial items with a bare pool of threads."""
    items = list(range(10_000))
    task = map_task(double, concurrency=8)

    def bare() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(double, items))

    ours, theirs = alternately(lambda: task(items), bare)
    yield Row("10,000 items at 8, to bare threads", ours / theirs, "x", 3.0)


def waits() -> Iterator[Row]:
    """Time eight independent steps that wait for a second each, on eight threads."""
    with ThreadPoolExecutor(8) as workers:
        pipeline = Pipeline("waiting", context=context(seconds=1.0), executor=workers)
        pipeline.add_steps(waiting(8))
        seconds = median(timed(pipeline.run) for _ in range(3))
    yield Row("8 steps of 1 s, 8 workers", seconds, "s", 1.3)


def memory() -> Iterator[Row]:
    """Compare 100 MB through three steps with the same library's calls, in fresh processes."""
    for kind in ("frame", "array"):
        pairs = [(large(kind, "flowyml"), large(kind, "bare")) for _ in range(5)]
        ratio = median(ours / bare for (ours, _), (bare, _) in pairs)
        yield Row(f"a 100 MB {kind} through 3 steps, to bare calls", ratio, "x", 1.5)
        yield Row(f"  peak memory, to the {kind}", median(m for (_, m), _ in pairs), "x", 2.5)


def large(kind: str, how: str) -> tuple[float, float]:
    """Give the seconds, and the peak memory as a multiple of the data, of one large value."""
    script = Path(__file__).with_name("large_values.py")
    command = [sys.executable, str(script), kind, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak


def alternately(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Time two calls in turns, and give the median of each, in seconds."""
    one(), other()
    pairs = [(timed(one), timed(other)) for _ in range(ROUNDS)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def timed(call: Callable[[], object]) -> float:
    """Give the seconds of a call."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
