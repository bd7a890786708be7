"""Run commands as a user types them, in small project folders."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.typed import PRINTED, SCRIPT, Done, call
from tests.warm import Warm

SUMS = """
from flowyml import Pipeline, context, step

print("loading")

@step(outputs=["numbers"])
def make(count: int, start: float = 1.0):
    print("making", count)
    return [start + n for n in range(count)]

@step(inputs=["numbers"])
def check(numbers):
    if len(numbers) > 9:
        raise ValueError(f"too many: {len(numbers)}")

@step(inputs=["numbers"], outputs=["total"])
def add(numbers) -> float:
    return sum(numbers)

pipeline = Pipeline("sums", context=context(count=3)).add_steps([make, check, add])
result = pipeline.run()
print(result.outputs["total"])
"""
"""A pipeline with a gate, ending as the tutorial's scripts do."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with one pipeline in `sums.py`."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flowyml.yaml").write_text("")
    (folder / "sums.py").write_text(SUMS)
    return folder


@pytest.fixture
def write(project: Path) -> Callable[[str, str], Path]:
    """Write a Python file of the project."""

    def write_file(name: str, text: str) -> Path:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    return write_file


@pytest.fixture
def flowyml(project: Path, warm: Warm) -> Callable[..., Done]:
    """Run the installed command in the project's folder, or in another one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("FLOWYML_")
    } | PRINTED

    def run(*arguments: str, cwd: Path = project, **more: str) -> Done:
        words = [sys.executable, SCRIPT, *arguments]
        return call(warm, words, cwd=cwd, env=environment | more)

    return run
