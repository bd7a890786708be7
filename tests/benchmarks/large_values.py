"""A large value through three steps, or through the same calls of its library: KIND HOW.

Prints the seconds, and the peak of the process's memory as a multiple of the data, above what it is
once a small value has gone the same way.
The calls: two writes, two reads, and a pass of sha256 for each of them, as each value is named by
its digest and verified before it is loaded.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from flowyml import Pipeline, step

ROWS, COLUMNS = 1_250_000, 10
SIZE = 8 * ROWS * COLUMNS
SMALL = 100  # rows


def make_array(rows: int) -> Any:
    return np.random.default_rng(0).random((rows, COLUMNS))


def make_frame(rows: int) -> Any:
    random = np.random.default_rng(0)
    return pd.DataFrame({f"column_{i}": random.random(rows) for i in range(COLUMNS)}, copy=False)


def write_frame(frame: Any, file: Path) -> None:
    pq.write_table(pa.Table.from_pandas(frame), file, use_dictionary=False)


def read_frame(file: Path) -> Any:
    return pq.read_table(file).to_pandas()


def write_array(array: Any, file: Path) -> None:
    np.save(file, array)


def read_array(file: Path) -> Any:
    return np.load(file)


KINDS: dict[
    str, tuple[Callable[[int], Any], Callable[[Any, Path], None], Callable[[Path], Any]]
] = {
    "frame": (make_frame, write_frame, read_frame),
    "array": (make_array, write_array, read_array),
}


def bare(kind: str, folder: Path, rows: int) -> None:
    """Make the value; then write, hash, hash and read it, twice."""
    make, write, read = KINDS[kind]
    folder.mkdir()
    value = make(rows)
    for number in range(2):
        file = folder / f"{number}.npy"
        write(value, file)
        for _ in range(2):
            with file.open("rb") as opened:
                digest(opened)
        value = read(file)


def digest(file: Any) -> str:
    found = hashlib.sha256()
    while part := file.read(1 << 20):
        found.update(part)
    return found.hexdigest()


def through_steps(kind: str, folder: Path, rows: int) -> None:
    """Make it, hand it on, and end with it."""
    make_value = KINDS[kind][0]

    @step(outputs=["made"])
    def make():
        return make_value(rows)

    @step(outputs=["passed"])
    def hand_on(made):
        return made

    @step(outputs=["rows"])
    def end(passed):
        return len(passed)

    from flowyml import LocalStack

    stack = LocalStack(folder / "artifacts", folder / "metadata.db")
    pipeline = Pipeline("large", cache_dir=folder / "cache").add_steps([make, hand_on, end])
    result = pipeline.run(stack=stack)
    result.raise_for_failure()


def peak() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(kind: str, how: str) -> None:
    work = bare if how == "bare" else through_steps
    with tempfile.TemporaryDirectory() as name:
        work(kind, Path(name, "small"), SMALL)
        before = peak()
        began = time.perf_counter()
        work(kind, Path(name, "large"), ROWS)
        seconds = time.perf_counter() - began
    print(json.dumps([seconds, (peak() - before) / SIZE]))


if __name__ == "__main__":
    main(*sys.argv[1:])
