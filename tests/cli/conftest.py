"""Run commands as a user types them, in small project folders."""

from __future__ import annotations

import os
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from tests.warm import Warm

SCRIPT = Path(sys.executable).with_name("flowyml")
PRINTED = {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}
LOADED = (
    *("flowyml.cli.check", "flowyml.cli.compile", "flowyml.cli.run", "flowyml.cli.runs"),
    *("flowyml.engine.run", "flowyml.storage.records_database"),
    *("flowyml_airflow", "flowyml_kubeflow"),
)
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


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    server = Warm(*LOADED, env=PRINTED)
    yield server
    server.close()


@pytest.fixture
def flowyml(project: Path, warm: Warm) -> Callable[..., Done]:
    """Run the installed command in the project's folder, or in another one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("FLOWYML_")
    } | PRINTED

    def run(*arguments: str, cwd: Path = project, **more: str) -> Done:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = warm.call(
                [sys.executable, SCRIPT, *arguments],
                cwd=cwd,
                env=environment | more,
                stdout=out,
                stderr=err,
            )
            return Done(code, _read(out), _read(err))

    return run


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace").replace(os.linesep, "\n")
