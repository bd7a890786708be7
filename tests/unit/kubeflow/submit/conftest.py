"""A Kubeflow to deploy to, and a project with a pipeline for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from flowyml.deploy import following
from flowyml.frontend.loader import load_file
from flowyml.stacks import Stack

ROOT = Path(__file__).parents[4]
SOURCE = """
from flowyml import Dataset, Pipeline, context, step


@step(outputs=["rows"], retry=2)
def load(count: int) -> Dataset:
    print("loading", count)
    return Dataset(list(range(count)), name="rows")


@step(inputs=["rows"], outputs=["total"])
def add(rows: list, least: int = 0):
    print("adding", len(rows))
    if len(rows) < least:
        raise ValueError("too few rows")
    return sum(rows)


@step(inputs=["total"], outputs=["shown"])
def show(total):
    return f"total: {total}"


pipeline = Pipeline("NAME", context=context(count=3)).add_steps([load, add, show])
"""


@pytest.fixture
def there(tmp_path):
    pytest.importorskip("kfp_server_api")
    server = pytest.importorskip("tests.kubeflow_api.server")
    paths = [str(tmp_path), *(str(ROOT / name) for name in (".", "backends", "templates"))]
    env = {"PYTHONPATH": os.pathsep.join(paths)}
    with server.Running(tmp_path / "runs", tmp_path, env) as running:
        yield running


@pytest.fixture
def project(tmp_path):
    """Give the pipeline of a module that is written anew, with some of its text replaced."""
    (tmp_path / "pyproject.toml").touch()
    name = f"submitted_{tmp_path.name}"

    def make(**replaced):
        text = SOURCE.replace("NAME", "sums")
        for old, new in replaced.items():
            assert old in text
            text = text.replace(old, new)
        sys.modules.pop(name, None)
        file = tmp_path / f"{name}.py"
        file.write_text(text)
        return load_file(file).module.pipeline

    yield make
    sys.modules.pop(name, None)


@pytest.fixture
def pipeline(project):
    return project()


@pytest.fixture
def stack(there, tmp_path):
    def make(**settings):
        return Stack(
            name="cluster",
            orchestrator="kubeflow",
            metadata_path=str(tmp_path / "runs.db"),
            folder=tmp_path,
            sections={"kubeflow": {"url": there.url, **settings}},
        )

    return make


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(following, "BETWEEN", 0.02)
