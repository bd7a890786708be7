"""How each peer is timed: warm, in one process; prints the seconds of each round as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable

ROUNDS = 3


def measured(run: Callable[[], object]) -> None:
    """Run once to warm up, then some rounds."""
    run()
    print(json.dumps([_seconds(run) for _ in range(ROUNDS)]))


def start(main: Callable[[int, str], None]) -> None:
    """Call a peer's `main` with the length from the command line and a folder to keep values in."""
    with tempfile.TemporaryDirectory() as folder:
        main(int(sys.argv[1]), folder)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
