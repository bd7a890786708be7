"""What every example and every conformance pipeline compiles to, kept under tests/goldens.

`FLOWYML_UPDATE_GOLDENS=1 pytest tests/goldens` writes the files anew. A change in them is a change
in what users deploy: it is read before it is committed.
"""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.cases import CASES

ROOT = Path(__file__).parents[2]
GOLDENS = Path(__file__).parent
PROJECTS = {
    "examples": sorted((ROOT / "examples").glob("*.py")),
    "pipelines": sorted({ROOT / "tests/pipelines" / case.file for case in CASES}),
}
UPDATE = bool(os.environ.get("FLOWYML_UPDATE_GOLDENS"))
AGAIN = "FLOWYML_UPDATE_GOLDENS=1 pytest tests/goldens"


@pytest.fixture(scope="session")
def compiled() -> dict[str, str]:
    """Compile each project in a process of its own: two of them hold modules of one name."""
    texts: dict[str, str] = {}
    for project, files in PROJECTS.items():
        command = [sys.executable, "-m", "tests.stability.compiled", *map(str, files)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        found = json.loads(run.stdout)
        texts |= {path.replace("/", f"/{project}/", 1): text for path, text in found.items()}
    if UPDATE:
        write(texts)
    return texts


def write(texts: dict[str, str]) -> None:
    for path in stored().keys() - texts.keys():
        (GOLDENS / path).unlink()
    for path, text in texts.items():
        (GOLDENS / path).parent.mkdir(parents=True, exist_ok=True)
        (GOLDENS / path).write_bytes(text.encode())


def stored() -> dict[str, Path]:
    files = (f for target in ("airflow", "kubeflow", "ir") for f in (GOLDENS / target).rglob("*.*"))
    return {f.relative_to(GOLDENS).as_posix(): f for f in files if "__pycache__" not in f.parts}


def test_every_text_has_its_golden(compiled):
    assert sorted(stored()) == sorted(compiled), f"if this is meant: {AGAIN}"


@pytest.mark.parametrize("target", ["airflow", "kubeflow", "ir"])
def test_texts_are_as_stored(compiled, target):
    changes: list[str] = []
    for path, text in compiled.items():
        if path.startswith(f"{target}/") and (file := GOLDENS / path).exists():
            old = file.read_bytes().decode()
            lines = old.splitlines(), text.splitlines()
            changes += difflib.unified_diff(*lines, f"stored/{path}", path, lineterm="")
            changes += [f"{path}: line ends differ"] * (lines[0] == lines[1] and old != text)
    assert not changes, "\n".join([*changes, f"if this is meant: {AGAIN}"])


def test_every_pipeline_is_stored_for_every_target(compiled):
    """A pipeline gives one text a target, or a refusal; and no two share a file."""
    count = sum(map(len, PROJECTS.values()))
    for target in ("airflow", "kubeflow", "ir"):
        paths = [path for path in compiled if path.startswith(f"{target}/")]
        assert len(paths) == count, f"{target}: {paths}"


@pytest.fixture(scope="session")
def dags(compiled, tmp_path_factory) -> Path:
    """Give a folder with every emitted DAG file."""
    folder = tmp_path_factory.mktemp("dags")
    for path, text in compiled.items():
        if path.startswith("airflow/") and path.endswith(".py"):
            file = folder / Path(path).relative_to("airflow")
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.encode())
    return folder


def test_ruff_has_nothing_to_say(dags):
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache"]
    rules = ["--select", "AIR,F,E9,I,UP", "--target-version", "py310"]
    run = subprocess.run(
        [*command, *rules, "--output-format", "concise", str(dags)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


PARSE = """
import json, os, sys

class Refuse:
    '''Parsing a DAG file may import neither flowyml nor users' code nor what that imports.'''
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"parsing imports {name}")

FORBIDDEN = set(sys.argv[1].split(","))
import airflow
from airflow.dag_processing.dagbag import DagBag
sys.meta_path.insert(0, Refuse())
for name in FORBIDDEN & set(sys.modules):
    del sys.modules[name]
bags = [DagBag(folder) for folder in sys.argv[2:]]
errors = [text for bag in bags for text in bag.import_errors.values()]
tasks = [len(dag.task_ids) for bag in bags for dag in bag.dags.values()]
print(json.dumps({"errors": errors, "tasks": tasks}))
"""


@pytest.fixture(scope="session")
def parsed(dags, tmp_path_factory):
    """Let Airflow parse every DAG file, in one process that can import no user's code."""
    home = tmp_path_factory.mktemp("airflow")
    modules = {file.stem for files in PROJECTS.values() for file in files}
    forbidden = modules | {"flowyml", "flowyml_airflow", "pandas", "numpy", "sklearn", "neighbour"}
    run = subprocess.run(
        [sys.executable, "-c", PARSE, ",".join(sorted(forbidden)), *map(str, dags.iterdir())],
        env=os.environ | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.airflow
def test_airflow_parses_every_dag_without_the_users_code(parsed, dags):
    assert parsed["errors"] == []
    assert len(parsed["tasks"]) == len(list(dags.rglob("*.py")))


@pytest.mark.airflow
def test_airflow_sees_every_task_that_a_file_names(parsed, compiled):
    """No task is lost, and none is renamed by Airflow to keep two of one name apart."""
    counts = [
        text.count("task_id=")
        for path, text in compiled.items()
        if path.startswith("airflow/") and path.endswith(".py")
    ]
    assert sorted(parsed["tasks"]) == sorted(counts)
