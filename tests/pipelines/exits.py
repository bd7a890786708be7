"""Leaving a process from within a step ends that step, as a failure, and nothing else."""

from __future__ import annotations

import sys

from flowyml import Pipeline, step


@step(outputs=["zero"])
def leave_well() -> int:
    sys.exit(0)


@step(outputs=["three"])
def leave_with_code() -> int:
    raise SystemExit(3)


@step(outputs=["text"], retry=1)
def leave_with_words() -> int:
    sys.exit("enough")


@step(outputs=["after"])
def read(zero: int) -> int:
    return zero


@step(outputs=["alone"])
def stay() -> str:
    return "here"


pipeline = Pipeline("exits").add_steps([leave_well, leave_with_code, leave_with_words, read, stay])
