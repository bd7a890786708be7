"""What a reviewer sees: a change to one step changes that step's lines, and nothing else."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.stability.blocks import without

ROOT = Path(__file__).parents[2]
TARGETS = ("airflow", "kubeflow", "ir")
HEAD = '''"""Twelve steps with a branch, and a retry already."""

from flowyml import Pipeline, context, step


def helper(value, more=0):
    """Help."""
    return value + 1


ctx = context(alpha=1, beta="two", gamma=3.5)
'''


def block(number: int, *, options: str = "", parameters: str = "", body: str = "") -> str:
    """Write one step; it reads the one before it, but the tenth reads the third."""
    before = {1: "alpha", 10: "asset_03"}.get(number, f"asset_{number - 1:02}")
    return f"""

@step(outputs=["asset_{number:02}"]{options})
def step_{number:02}({before}{parameters}):
    return {body or f"helper({before})"}
"""


STEPS = {f"step_{n:02}": block(n) for n in range(1, 13)}
STEPS["step_03"] = block(3, options=", retry=1")
STEPS["step_05"] = block(5, parameters=", beta: str")
ADDED = """

@step(outputs=["asset_added"])
def added(asset_06, delta: int = 4):
    return asset_06 * delta
"""


def pipeline(steps: Mapping[str, str]) -> str:
    """Write the whole file."""
    names = ", ".join(steps)
    body = "".join(steps.values())
    return f'{HEAD}{body}\n\npipeline = Pipeline("twelve", context=ctx).add_steps([{names}])\n'


def inserted(step_07: str) -> dict[str, str]:
    """Put the added step in the middle, before the seventh."""
    names = [*STEPS][:6]
    return {n: STEPS[n] for n in names} | {"added": ADDED, **STEPS, "step_07": step_07}


PLAIN = pipeline(STEPS)


@pytest.fixture
def compiled(tmp_path):
    """Compile sources, each as the same module of a project of its own, in fresh processes."""

    def compile_source(source: str) -> dict[str, str]:
        folder = tmp_path / f"project-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / "flowyml.yaml").touch()
        file = folder / "twelve.py"
        file.write_text(source)
        run = subprocess.run(
            [sys.executable, "-m", "tests.stability.compiled", ",".join(TARGETS), str(file)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        made = json.loads(run.stdout)
        assert {path.partition("/")[0] for path in made} == set(TARGETS), sorted(made)
        return made

    return compile_source


def changed(number: int, **change: str) -> str:
    return pipeline({**STEPS, f"step_{number:02}": block(number, **change)})


@pytest.mark.parametrize(
    ("source", "steps", "parameters"),
    [
        pytest.param(changed(7, options=", retry=2"), ["step_07"], [], id="retry"),
        pytest.param(changed(3, options=", retry=4"), ["step_03"], [], id="other-retry"),
        pytest.param(changed(7, body="asset_06 + 7"), ["step_07"], [], id="body"),
        pytest.param(pipeline(inserted(STEPS["step_07"])), ["added"], ["delta"], id="added"),
        pytest.param(
            pipeline(inserted(STEPS["step_07"].replace("asset_06", "asset_added"))),
            ["added", "step_07"],
            ["delta"],
            id="added-and-read",
        ),
        pytest.param(
            changed(5, parameters=", better: str").replace("beta=", "better="),
            ["step_05"],
            ["beta", "better"],
            id="renamed-parameter",
        ),
        pytest.param(PLAIN.replace("alpha=1", "alpha=2"), [], ["alpha"], id="value"),
    ],
)
def test_a_change_shows_at_its_step_alone(compiled, source, steps, parameters):
    """Without the lines of these steps and parameters the texts before and after are equal."""
    before, after = compiled(PLAIN), compiled(source)
    assert before.keys() == after.keys()
    found: list[str] = []
    for path, text in before.items():
        target = path.partition("/")[0]
        left = without(text, target, steps, parameters)
        right = without(after[path], target, steps, parameters)
        assert text != after[path], f"{path} does not show the change"
        assert right != after[path], f"{path} has no lines of {[*steps, *parameters]}"
        found += _diff(left, right, path)
    assert not found, "\n".join(found)


def test_a_first_retry_shows_at_its_step_and_in_the_ledger(compiled):
    """Which constructs mean something else on a target stands at the top, once for all steps."""
    before = compiled(pipeline({**STEPS, "step_03": block(3)}))
    after = compiled(PLAIN)
    found: list[str] = []
    for path, text in before.items():
        target = path.partition("/")[0]
        left = without(text, target, ["step_03"], [])
        right = without(after[path], target, ["step_03"], [])
        lines = [line for line in right.splitlines(True) if "emulated: retry" not in line]
        assert len(right.splitlines()) - len(lines) == (target == "kubeflow")
        found += _diff(left, "".join(lines), path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(PLAIN.replace("@step", "# A word on it.\n@step"), id="comments"),
        pytest.param(PLAIN.replace("    return helper(", "\n    return  helper( "), id="reformat"),
        pytest.param(PLAIN.replace("from flowyml", "import json\nfrom flowyml"), id="import"),
        pytest.param(PLAIN.replace('"""Help."""', '"""Add one, or so."""'), id="helper-docstring"),
        pytest.param(PLAIN.replace("(asset_03)", "(\n        asset_03,\n    )"), id="wrapped"),
        pytest.param(PLAIN.replace('"', "'"), id="quotes"),
    ],
)
def test_what_means_nothing_changes_no_byte(compiled, source):
    assert source != PLAIN
    before, after = compiled(PLAIN), compiled(source)
    found = [line for path, text in before.items() for line in _diff(text, after[path], path)]
    assert not found, "\n".join(found)


def _diff(left: str, right: str, path: str) -> list[str]:
    lines = left.splitlines(), right.splitlines()
    return list(difflib.unified_diff(*lines, path, path, lineterm="", n=6))
