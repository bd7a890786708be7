"""What every example and every conformance pipeline compiles to, kept under tests/goldens.

`FLOWYML_UPDATE_GOLDENS=1 pytest tests/goldens` writes the files anew. A change in them is a change
in what users deploy: it is read before it is committed.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from tests.goldens.emitted import PROJECTS, compile_all, dag_texts, linted, parsed, write_dags

GOLDENS = Path(__file__).parent
UPDATE = bool(os.environ.get("FLOWYML_UPDATE_GOLDENS"))
AGAIN = "FLOWYML_UPDATE_GOLDENS=1 pytest tests/goldens"


@pytest.fixture(scope="session")
def compiled() -> dict[str, str]:
    texts = compile_all("airflow", "kubeflow", "ir")
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
    return write_dags(dag_texts(compiled, "airflow"), tmp_path_factory.mktemp("dags"))


def test_ruff_has_nothing_to_say(dags):
    assert linted(dags) == []


@pytest.fixture(scope="session")
def found(dags, tmp_path_factory):
    return parsed(dags, tmp_path_factory.mktemp("airflow"))


@pytest.mark.airflow
def test_airflow_parses_and_serialises_every_dag_without_the_users_code(found, dags):
    assert found["errors"] == []
    assert len(found["tasks"]) == len(list(dags.rglob("*.py")))


@pytest.mark.airflow
def test_airflow_sees_every_task_that_a_file_names(found, compiled):
    """No task is lost, and none is renamed by Airflow to keep two of one name apart."""
    counts = [text.count("task_id=") for text in dag_texts(compiled, "airflow").values()]
    assert sorted(found["tasks"]) == sorted(counts)
