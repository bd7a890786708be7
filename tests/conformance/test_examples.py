"""The examples mean the same everywhere, as `flowyml verify` says to whoever runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(3600)]
UNSEEDED = {"ml_training": ["accuracy", "model"]}
"""The forest is seeded nowhere, and is scored: named, and compared by type and shape."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    skipped = shutil.ignore_patterns("__pycache__", ".flowyml")
    return shutil.copytree(
        EXAMPLES, tmp_path_factory.mktemp("examples") / "project", ignore=skipped
    )


@pytest.mark.parametrize("example", sorted(path.stem for path in EXAMPLES.glob("*.py")))
def test_an_example_is_verified_on_both_targets(project, tmp_path, example):
    command = shutil.which("flowyml", path=str(Path(sys.executable).parent)) or "flowyml"
    targets = ["--target", "airflow", "--target", "kubeflow", "--allow", "independent", "--json"]
    run = subprocess.run(
        [command, "verify", str(project / f"{example}.py"), *targets],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert found["same"] is True
    assert found["nondeterministic"] == UNSEEDED.get(example, [])
    assert {name.partition("==")[0] for name in found["targets"]} == {"airflow", "kubeflow"}
    for target in (found["reference"], *found["targets"].values()):
        assert target["success"] is True
        assert all(step["state"] == "SUCCEEDED" for step in target["steps"].values())
    assert not list(tmp_path.iterdir())
