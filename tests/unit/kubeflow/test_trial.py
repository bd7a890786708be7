"""From a user's file through the compiler and the simulator back to a trace."""

from __future__ import annotations

import sys
from datetime import datetime, timezone

import pytest

from flowyml.backend import CompileOptions, TrialRequest
from flowyml.diagnostics import UsageError
from flowyml.frontend.loader import load_file
from flowyml.frontend.trace import trace
from flowyml.passes import build
from flowyml.storage import load_value
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.codec import InexactError
from flowyml_kubeflow.trial import run_parameters
from tests.unit.kubeflow.irs import given, node, pipeline

VALUES = """
from flowyml import Dataset, Pipeline, RunDate, context, step

BIG = 2**60 + 1


@step(outputs=["low", "high"])
def split(rate: float, big: int, note: str | None, words: list):
    return rate, [big, note, words]


@step(outputs=["points"])
def make(low, day: RunDate) -> Dataset:
    return Dataset([low, day.isoformat()], name="points")


@step(outputs=["seen"])
def read(points: Dataset, high, größe: int = 3):
    print(f"seen {points.name}")
    return {"data": points.data, "high": high, "größe": größe}


pipeline = Pipeline(
    "värden",
    context=context(rate=0.5, big=BIG, note=None, words=["{{workflow.name}}", 1.0]),
).add_steps([split, make, read])
"""

FAILING = """
from pathlib import Path

from flowyml import Pipeline, step


@step(outputs=["a"], retry=1)
def flaky():
    mark = Path("tried")
    if not mark.exists():
        mark.touch()
        raise OSError("once")
    return 1


@step(outputs=["b"])
def broken(a):
    raise ValueError("on purpose")


@step(outputs=["c"])
def after(b):
    return b


pipeline = Pipeline("failing").add_steps([flaky, broken, after])
"""


ABORTED = """
import atexit
import os
import resource

from flowyml import Pipeline, step


def die():
    print("said last", flush=True)
    os.abort()


@step(outputs=["a"])
def late():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    atexit.register(die)
    return 1


@step(outputs=["b"])
def early():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die()


pipeline = Pipeline("aborted").add_steps([STEP])
"""


@pytest.fixture
def simulate(tmp_path):
    def run(source, **request):
        project = tmp_path / "project"
        project.mkdir()
        (project / "pyproject.toml").touch()
        file = project / f"trial_{tmp_path.name}.py"
        file.write_text(source, encoding="utf-8")
        (tmp_path / "work").mkdir()
        ir = build(trace(load_file(file).module.pipeline))
        backend = KubeflowBackend()
        artifacts = backend.compile(ir, CompileOptions(version="2.5"))
        wanted = TrialRequest(workdir=tmp_path / "work", project=project, **request)
        return backend.simulate(ir, artifacts, wanted)

    before = list(sys.path), set(sys.modules)
    yield run
    sys.path[:] = before[0]
    for name in set(sys.modules) - before[1]:
        if name.startswith("trial_"):
            del sys.modules[name]


def values(trace):
    return {name: load_value(made) for name, made in trace.assets.items()}


def test_values_cross_as_they_are(simulate):
    date = datetime(2026, 1, 31, 6, tzinfo=timezone.utc)
    trace = simulate(VALUES, run_date=date)

    assert trace.success
    assert {step.state for step in trace.steps.values()} == {"SUCCEEDED"}
    assert values(trace)["high"] == [2**60 + 1, None, ["{{workflow.name}}", 1.0]]
    assert values(trace)["seen"] == {
        "data": [0.5, "2026-01-31T06:00:00+00:00"],
        "high": [2**60 + 1, None, ["{{workflow.name}}", 1.0]],
        "größe": 3,
    }
    assert trace.assets["points"].asset.name == "points"
    assert "seen points" in trace.log


def test_overrides_reach_the_steps(simulate):
    trace = simulate(VALUES, context={"rate": 2, "note": "null?", "words": [1], "größe": 5})

    assert values(trace)["low"] == 2.0
    assert type(values(trace)["low"]) is float
    assert values(trace)["high"] == [2**60 + 1, "null?", [1]]
    assert values(trace)["seen"]["größe"] == 5


@pytest.mark.parametrize("step", ["early", "late"])  # late: when its value was handed over
def test_a_container_that_aborts_has_the_last_word(simulate, step):
    trace = simulate(ABORTED.replace("STEP", step))

    (found,) = trace.steps.values()
    assert (trace.success, found.state, found.attempts) == (False, "FAILED", 1)
    assert found.error.startswith("ended by SIGABRT; it printed last:\nsaid last\n")
    assert "Fatal Python error: Aborted" in found.error
    assert "in die" in found.error
    assert not trace.assets


def test_failures_attempts_and_what_did_not_start(simulate):
    trace = simulate(FAILING)

    assert not trace.success
    assert [(s.state, s.attempts) for s in trace.steps.values()] == [
        ("SUCCEEDED", 2),
        ("FAILED", 1),
        ("UPSTREAM_FAILED", 0),
    ]
    assert trace.steps["broken"].error.endswith("ValueError: on purpose")
    assert trace.assets.keys() == {"a"}


IR = pipeline(
    node("a", context=["n", "deep"]),
    parameters=(given("n", "integer", 1), given("deep", "array", [])),
)


def test_an_override_that_nothing_reads_is_refused():
    with pytest.raises(UsageError, match="'m'"):
        run_parameters(IR, {"m": 1})


@pytest.mark.parametrize("context", [{"n": 2**53}, {"deep": [1.0]}, {"deep": [{"a": 2**60}]}])
def test_an_override_that_kubeflow_would_round_is_refused(context):
    with pytest.raises(InexactError, match="which Kubeflow may round"):
        run_parameters(IR, context)
