"""How long it takes to start, to compile and to run: `make bench`.

Medians of several runs, each against the most that it may take on two cores with compiled bytecode.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from flowyml import Pipeline, step

BARE = [sys.executable, "-c", "pass"]


class Measured(NamedTuple):
    """A median, in milliseconds, and the most that it may be (None: not set)."""

    what: str
    milliseconds: float
    most: float | None


def main() -> None:
    """Print the table; exit 1 if something takes longer than it may."""
    with tempfile.TemporaryDirectory() as folder:
        table = [*start_up(), *thousand_steps(Path(folder))]
    width = max(len(row.what) for row in table)
    for what, milliseconds, most in table:
        limit = "" if most is None else f"   at most {most:6.0f}"
        print(f"{what:{width}} {milliseconds:9.1f} ms{limit}")
    sys.exit(any(row.most is not None and row.milliseconds > row.most for row in table))


def start_up() -> list[Measured]:
    """Time the import and the command line, the interpreter's own start taken off the import."""
    flowyml = Path(sys.executable).with_name("flowyml")
    bare = _median(lambda: _run(BARE), times=9)
    imported = _median(lambda: _run([sys.executable, "-c", "import flowyml"]), times=9)
    helped = _median(lambda: _run([str(flowyml), "--help"]), times=9)
    return [
        Measured("python -c pass", bare, None),
        Measured("import flowyml", imported - bare, 150),
        Measured("flowyml --help", helped, 250),
    ]


def thousand_steps(folder: Path) -> list[Measured]:
    """Time the compilers and the runner on a chain of 1,000 steps that do nothing."""
    from flowyml import LocalStack

    stack = LocalStack(
        artifact_path=str(folder / "artifacts"), metadata_path=str(folder / "metadata.db")
    )
    pipeline = chain(1000)
    return [
        Measured("build 1,000 steps", _median(pipeline.build), None),
        Measured("run 1,000 steps", _median(lambda: pipeline.run(stack=stack), times=3), None),
    ]


def chain(length: int) -> Pipeline:
    """A chain: each step reads what the one before it produced."""
    pipeline = Pipeline("chain").add_step(step(_first, name="step_0", outputs=["value_0"]))
    for i in range(1, length):
        link = step(_next, name=f"step_{i}", inputs=[f"value_{i - 1}"], outputs=[f"value_{i}"])
        pipeline.add_step(link)
    return pipeline


def _first() -> int:
    return 0


def _next(value: int) -> int:
    return value


def _median(call: Callable[[], object], *, times: int = 5) -> float:
    return median(_time(call) for _ in range(times))


def _time(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
