"""The local engine as a backend: it emits nothing, and runs an IR as a fresh worker would."""

from __future__ import annotations

import dataclasses
import sys
from datetime import datetime, timezone

import pytest

from flowyml import CompileError, UsageError
from flowyml.backend import Backend, CompileOptions, Simulates, StepTrace, TrialRequest
from flowyml.constructs import CONSTRUCTS
from flowyml.frontend.loader import load_file
from flowyml.registry import load_backend, resolve_target
from flowyml.storage import load_value
from flowyml_local.trial import TrialError

PROJECT = """
import json, os
from pathlib import Path
from flowyml import Pipeline, RunDate, context, step

@step(outputs=["place"])
def place(marker):
    print("working in", Path.cwd().name)
    return [Path.cwd().name, marker]

@step
def dated(date: RunDate):
    return date

@step
def breaks(place):
    raise ValueError("as planned")

@step
def after(breaks):
    return 1

pipeline = Pipeline("trial", context=context(marker="default")).add_steps(
    [place, dated, breaks, after]
)
pipeline.run()
"""


@pytest.fixture
def backend():
    return load_backend("local")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flowyml.yaml").touch()
    (folder / "trial_pipeline.py").write_text(PROJECT)
    return folder


@pytest.fixture
def request_(tmp_path, project):
    workdir = tmp_path / "work"
    workdir.mkdir()
    date = datetime(2025, 1, 31, tzinfo=timezone.utc)
    return TrialRequest(workdir=workdir, project=project, context={"marker": "set"}, run_date=date)


@pytest.fixture
def ir(project, monkeypatch):
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.delitem(sys.modules, "trial_pipeline", raising=False)
    return load_file(project / "trial_pipeline.py").module.pipeline.build()


def test_it_is_a_backend_that_runs_and_compiles_nothing(backend, ir):
    assert isinstance(backend, Backend)
    assert isinstance(backend, Simulates)
    assert backend.name == "local"
    with pytest.raises(UsageError, match="compiles nothing"):
        resolve_target("local")
    with pytest.raises(UsageError, match="compiles nothing"):
        backend.compile(ir, CompileOptions(version=""))


def test_all_but_where_and_when_is_native_and_nothing_is_to_be_said(backend, ir):
    capabilities = backend.capabilities("")
    assert capabilities.keys() == CONSTRUCTS.keys()
    weaker = {name for name, support in capabilities.items() if support.grade != "native"}
    assert weaker == {"image", "resources", "schedule", "triggered"}
    assert backend.diagnose(ir, CompileOptions(version="")) == ()


def test_a_trial_says_what_became_of_every_step(backend, ir, request_):
    trace = backend.simulate(ir, (), request_)
    error = trace.steps["breaks"].error
    assert trace.success is False
    assert trace.steps == {
        "place": StepTrace(state="SUCCEEDED", attempts=1, recovered=False),
        "dated": StepTrace(state="SUCCEEDED", attempts=1, recovered=False),
        "breaks": StepTrace(state="FAILED", attempts=1, error=error, recovered=False),
        "after": StepTrace(state="UPSTREAM_FAILED", recovered=False),
    }
    assert error is not None
    assert error.endswith("ValueError: as planned")


def test_a_trial_runs_in_the_project_with_what_it_is_given(backend, ir, request_):
    trace = backend.simulate(ir, (), request_)
    assert load_value(trace.assets["place"]) == ["project", "set"]
    assert load_value(trace.assets["dated"]) == request_.run_date
    assert trace.assets.keys() == {"place", "dated"}
    assert "[place] working in project" in trace.log
    assert all(ref.uri.startswith(str(request_.workdir)) for ref in trace.assets.values())
    assert not (request_.project / ".flowyml").exists()


def test_overrides_are_checked_before_anything_starts(backend, ir, request_):
    wrong = dataclasses.replace(request_, context={"maker": 1})
    with pytest.raises(CompileError, match="did you mean 'marker'"):
        backend.simulate(ir, (), wrong)
    assert list(request_.workdir.iterdir()) == []


def test_a_process_that_cannot_run_it_says_why(backend, ir, request_):
    (request_.project / "trial_pipeline.py").unlink()
    with pytest.raises(TrialError, match="trial_pipeline"):
        backend.simulate(ir, (), request_)


GUARDED = """
from flowyml import Pipeline, map_task, on_failure, retry, step, when

@step
@when(lambda: False)
def unwanted():
    return 1

@step
@retry(max_attempts=3, delay=0, on=KeyError)
@on_failure(lambda error: type(error).__name__)
def broken():
    raise ValueError

@map_task(min_success_ratio=0.5)
def mapped(item):
    return 1 / item

@step
def item():
    return [0, 1]

pipeline = Pipeline("guarded").add_steps([unwanted, broken, item, mapped])
"""


def test_what_surrounds_a_function_is_carried_out_too(backend, project, request_, monkeypatch):
    (project / "guarded_pipeline.py").write_text(GUARDED)
    monkeypatch.syspath_prepend(str(project))
    monkeypatch.delitem(sys.modules, "guarded_pipeline", raising=False)
    ir = load_file(project / "guarded_pipeline.py").module.pipeline.build()
    trace = backend.simulate(ir, (), dataclasses.replace(request_, context={}))
    assert trace.steps == {
        "unwanted": StepTrace(state="SKIPPED", recovered=False),
        "broken": StepTrace(state="SUCCEEDED", attempts=1, recovered=True),
        "item": StepTrace(state="SUCCEEDED", attempts=1, recovered=False),
        "mapped": StepTrace(state="SUCCEEDED", attempts=1, recovered=False, items=(1, 2)),
    }
    assert load_value(trace.assets["broken"]) == "ValueError"
