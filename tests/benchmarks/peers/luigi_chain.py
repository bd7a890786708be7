"""A chain of no-op steps on Luigi with its local scheduler, every value kept in a file."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import luigi
from timing import measured, start


class Link(luigi.Task):
    number = luigi.IntParameter()
    folder = luigi.Parameter()

    def requires(self):
        return Link(number=self.number - 1, folder=self.folder) if self.number else []

    def output(self):
        return luigi.LocalTarget(str(Path(self.folder, f"{self.number}.txt")))

    def run(self):
        with self.output().open("w") as file:
            file.write("0")


def main(length: int, folder: str) -> None:
    logging.disable(logging.CRITICAL)

    def run() -> None:
        fresh = tempfile.mkdtemp(dir=folder)
        task = Link(number=length - 1, folder=fresh)
        if not luigi.build([task], local_scheduler=True, log_level="ERROR", no_lock=True):
            raise RuntimeError("luigi failed")

    measured(run)


if __name__ == "__main__":
    import sys

    sys.setrecursionlimit(20000)
    start(main)
