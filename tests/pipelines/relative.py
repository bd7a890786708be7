"""Relative paths in steps are relative to the project, wherever the run was started."""

from __future__ import annotations

from pathlib import Path

from flowyml import Pipeline, context, step


@step(outputs=["words"])
def read(path: str) -> list[str]:
    return Path(path).read_text().split()


pipeline = Pipeline("relative", context=context(path="data/words.txt")).add_step(read)
