"""One more step among fifty changes its own lines and those of the step that reads it."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.kubeflow_sources import Chain, ours
from tests.stability.blocks import without

ROOT = Path(__file__).parents[2]
PLACE = 25
TARGETS = ("airflow", "kubeflow", "ir")


def compiled(chain: Chain, folder: Path) -> dict[str, str]:
    """Compile a chain to every target, as the same file of a project of its own."""
    folder.mkdir()
    (folder / "flowyml.yaml").touch()
    file = folder / "fifty.py"
    file.write_text(ours(chain))
    done = subprocess.run(
        [sys.executable, "-m", "tests.stability.compiled", ",".join(TARGETS), str(file)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("chain", [Chain.distinct(50), Chain.alike(50)], ids=lambda c: c.name)
def test_an_inserted_step_changes_its_lines_and_its_readers(chain, tmp_path):
    before = compiled(chain, tmp_path / "before")
    after = compiled(chain.inserted(PLACE), tmp_path / "after")
    steps = ["added", f"step_{PLACE}"]
    assert before.keys() == after.keys()
    assert {path.partition("/")[0] for path in after} == set(TARGETS)
    for path, text in before.items():
        target = path.partition("/")[0]
        left = without(text, target, steps, []).splitlines()
        right = without(after[path], target, steps, []).splitlines()
        assert [*difflib.unified_diff(left, right, path, path, lineterm="", n=4)] == []


def test_a_further_use_of_a_function_adds_no_component(tmp_path):
    chain = Chain.alike(50)
    before, after = compiled(chain, tmp_path / "a"), compiled(chain.inserted(PLACE), tmp_path / "b")
    (path,) = [path for path in before if path.startswith("kubeflow/")]
    heads = [each[path].partition("\nroot:")[0] for each in (before, after)]

    assert heads[0] == heads[1]
