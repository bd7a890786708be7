"""Every example and every conformance pipeline, compiled; and what is done with DAG files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.cases import CASES

ROOT = Path(__file__).parents[2]
UNREADABLE = frozenset({"large_defaults"})
"""Pipelines whose texts are all values, which nobody would review."""
PROJECTS = {
    "examples": sorted((ROOT / "examples").glob("*.py")),
    "pipelines": sorted(
        {ROOT / "tests/pipelines" / case.file for case in CASES if case.name not in UNREADABLE}
    ),
}


def compile_all(*targets: str) -> dict[str, str]:
    """Compile each project in a process of its own: two of them hold modules of one name.

    Returns:
        The texts by `target/project/path`.
    """
    texts: dict[str, str] = {}
    for project, files in PROJECTS.items():
        command = [sys.executable, "-m", "tests.stability.compiled", ",".join(targets)]
        run = subprocess.run(
            [*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        found = json.loads(run.stdout)
        texts |= {path.replace("/", f"/{project}/", 1): text for path, text in found.items()}
    return texts


def dag_texts(texts: Mapping[str, str], target: str) -> dict[str, str]:
    """Choose the DAG files of a target, by `project/path`."""
    return {
        path.removeprefix(f"{target}/"): text
        for path, text in texts.items()
        if path.startswith(f"{target}/") and path.endswith(".py")
    }


def write_dags(texts: Mapping[str, str], folder: Path) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    return folder


def linted(folder: Path) -> list[dict[str, Any]]:
    """Give what ruff has to say about DAG files, its rules for Airflow and the usual ones."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache"]
    rules = ["--select", "AIR,F,E9,I,UP", "--target-version", "py310", "--line-length", "100"]
    run = subprocess.run(
        [*command, *rules, "--output-format", "json", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def parsed(dags: Path, home: Path, python: str = sys.executable) -> dict[str, Any]:
    """Let an Airflow parse and serialise DAG files, in a process that can import no user's code."""
    modules = {file.stem for files in PROJECTS.values() for file in files}
    forbidden = modules | {"flowyml", "flowyml_airflow", "pandas", "numpy", "sklearn", "neighbour"}
    script = str(Path(__file__).with_name("parse_dags.py"))
    run = subprocess.run(
        [python, script, ",".join(sorted(forbidden)), *map(str, dags.iterdir())],
        env=os.environ | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found
