"""Compile pipeline files to every target and print the contents as JSON.

The tests run this in processes of its own: `python -m tests.stability.compiled TARGETS FILE…`, the
targets separated by commas. A refusal is a text like any other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flowyml.diagnostics import CompileError
from flowyml.frontend.loader import load_file
from flowyml.review.compile import compile_pipeline

ALLOW = ("FML302",)


def contents(targets: Sequence[str], files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Give each emitted file's text under `target/path`.

    Sidecars are left out: they hold the line numbers that the contents must not hold.
    """
    for file in files:
        pipeline = load_file(file).module.pipeline
        for target in targets:
            for path, text in compiled(pipeline, target, file).items():
                yield f"{target}/{path}", text


def compiled(pipeline, target: str, file: Path) -> dict[str, str]:
    """Compile, or give the refusal."""
    try:
        made = compile_pipeline(pipeline, target, allow=ALLOW)
    except CompileError as refusal:
        return {f"{file.stem}.refused.txt": f"{refusal}\n"}
    return {path: text for path, text in made.items() if not path.endswith(".flowyml.json")}


if __name__ == "__main__":
    json.dump(dict(contents(sys.argv[1].split(","), map(Path, sys.argv[2:]))), sys.stdout)
