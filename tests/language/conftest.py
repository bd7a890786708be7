"""Pipelines that run here, in a folder of their own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from flowyml import Pipeline, step


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ran():
    """Counts the executions of each step."""
    return Counter()


@pytest.fixture
def chain(ran):
    """Three steps; the second fails while the file `broken` is there."""

    @step(outputs=["rows"])
    def load(count: int = 3):
        ran["load"] += 1
        return list(range(count))

    @step(inputs=["rows"], outputs=["total"])
    def add(rows):
        ran["add"] += 1
        if Path("broken").exists():
            raise RuntimeError("broken")
        return sum(rows)

    @step(inputs=["total"], outputs=["report"])
    def describe(total, unit: str = "m"):
        ran["describe"] += 1
        return f"{total} {unit}"

    return Pipeline("chain").add_steps([load, add, describe])
