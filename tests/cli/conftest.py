"""Run commands as a user types them, in small project folders."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

SCRIPT = Path(sys.executable).with_name("flowyml")
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


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


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
def flowyml(project: Path) -> Callable[..., Done]:
    """Run the installed command in the project's folder, or in another one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("FLOWYML_")
    } | {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}

    def run(*arguments: str, cwd: Path = project, **more: str) -> Done:
        done = subprocess.run(
            [SCRIPT, *arguments],
            cwd=cwd,
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run
