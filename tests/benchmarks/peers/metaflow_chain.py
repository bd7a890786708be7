"""A chain of no-op steps on Metaflow: its own processes, every value kept in its local datastore.

It has no way to run in one process, so it is timed as the command that it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from timing import measured, start

HEAD = "from metaflow import FlowSpec, step\n\n\nclass Chain(FlowSpec):\n"
STEP = (
    "    @step\n    def {name}(self):\n        self.value = 0\n        self.next(self.{after})\n\n"
)
TAIL = "    @step\n    def end(self):\n        pass\n\n\nif __name__ == '__main__':\n    Chain()\n"


def source(length: int) -> str:
    """Write a flow with so many steps."""
    names = ["start", *(f"step_{i}" for i in range(length - 2)), "end"]
    pairs = pairwise(names)
    return HEAD + "".join(STEP.format(name=name, after=after) for name, after in pairs) + TAIL


def main(length: int, folder: str) -> None:
    file = Path(folder, "chain.py")
    file.write_text(source(length), encoding="utf-8")
    command = [sys.executable, str(file), "--quiet", "run"]
    environment = {**os.environ, "USERNAME": "bench", "METAFLOW_HOME": folder}
    measured(
        lambda: subprocess.run(
            command, check=True, cwd=folder, env=environment, capture_output=True
        )
    )


if __name__ == "__main__":
    start(main)
