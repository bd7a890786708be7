"""What a run's record says about where the run ran."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata

import numpy as np
import pytest

import flowyml
from flowyml import Metrics, Pipeline, PipelineResult, context, dynamic, step
from flowyml.engine import execute
from flowyml.frontend.trace import functions


@step(outputs=["rows"])
def load(count: int):
    return list(range(count))


@step(outputs=["mean", "size"])
def measure(rows):
    return float(np.mean(rows)), len(rows)


@step(outputs=["scores"])
def evaluate(mean):
    return Metrics(accuracy=mean / 2, per_class={"a": 1, "b": "none"})


@step(outputs=["broken"])
def fails(mean, size, count: int, scale: float = 2.0):
    raise ValueError("no")


def pipeline(*more, name="p", **keywords):
    steps = [load, measure, evaluate, *more]
    return Pipeline(name, context=context(count=3), **keywords).add_steps(steps)


def recorded(stack, result):
    with stack.records() as records:
        return records.get(result.run_id)


METRICS = {"mean": 1.0, "size": 3.0, "scores.accuracy": 0.5, "scores.per_class.a": 1.0}


def test_metrics_are_recorded_with_the_run(stack):
    result = pipeline().run(stack=stack)
    assert result.metrics == METRICS
    found = recorded(stack, result)
    assert found.metrics == METRICS
    assert found.steps["measure"].metrics == {"mean": 1.0, "size": 3.0}
    assert PipelineResult(found).to_dict() == result.to_dict()


def test_parameters_and_environment_are_recorded(stack):
    result = pipeline().run({}, {"count": 5}, stack=stack)
    found = recorded(stack, result)
    assert found.context == {"count": 5}
    assert found.environment == {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "flowyml": flowyml.__version__,
        "numpy": metadata.version("numpy"),
    }


def test_the_commit_of_the_project_is_recorded_from_the_start(stack):
    git = ["git", "rev-parse", "HEAD"]
    folder = str(flowyml.__path__[0])
    done = subprocess.run(git, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no clone")
    seen = []

    @step
    def looks():
        with stack.records() as records:
            seen.append(records.list()[0])

    Pipeline("p").add_step(looks).run(stack=stack)
    assert seen[0].state == "RUNNING"
    assert seen[0].git_commit == done.stdout.strip()
    assert seen[0].git_dirty in (True, False)


def test_without_tracking_none_of_it_is(stack):
    result = pipeline(enable_experiment_tracking=False).run(stack=stack)
    found = recorded(stack, result)
    assert (result.metrics, found.metrics) == ({}, {})
    assert (found.git_commit, found.git_dirty, found.environment) == (None, None, {})
    assert found.context == {"count": 3}, "a rerun needs it"


def test_what_the_engine_runs_for_others_is_not_looked_at(stack):
    one = pipeline()
    run = execute(one.build(), functions(one), store=stack.artifacts())
    assert (run.git_commit, run.environment) == (None, {})


@dynamic(outputs=["best"])
def search(mean):
    return pipeline(name="inner").add_step(deeper)


@dynamic
def deeper():
    return Pipeline("deepest").add_step(seven)


@step
def seven():
    return 7


@pytest.mark.parametrize("track", [True, False])
def test_the_metrics_of_steps_within_a_dynamic_one(stack, track):
    result = pipeline(search, enable_experiment_tracking=track).run(stack=stack)
    assert result.success, result.summary()
    inner = {f"search.{name}": value for name, value in METRICS.items()}
    expected = {**METRICS, **inner, "search.deeper.seven": 7.0} if track else {}
    assert result.metrics == expected
    assert recorded(stack, result).metrics == expected


def test_metrics_of_a_rerun(stack):
    one = pipeline()
    first = one.run(stack=stack)
    again = one.rerun(first.run_id, from_step="evaluate", stack=stack)
    assert [step.state for step in again.step_results.values()] == ["CACHED", "CACHED", "SUCCEEDED"]
    assert again.metrics == METRICS
    one.enable_experiment_tracking = False
    assert one.rerun(first.run_id, stack=stack).metrics == {}


def test_metrics_of_a_cached_step(stack):
    cached = step(lambda: 7, name="cached", outputs=["seven"], cache=True)
    results = [Pipeline("p").add_step(cached).run(stack=stack) for _ in range(2)]
    assert [result.step_results["cached"].cached for result in results] == [False, True]
    assert [result.metrics for result in results] == [{"seven": 7.0}] * 2


def test_metrics_of_a_debugged_run(stack):
    assert pipeline().run(stack=stack, debug=True).metrics == METRICS


def test_a_fallbacks_figures_are_the_steps(stack):
    @flowyml.on_failure(lambda: 7)
    @step(outputs=["seven"])
    def recovers():
        raise ValueError

    assert Pipeline("p").add_step(recovers).run(stack=stack).metrics == {"seven": 7.0}


def test_a_pipeline_that_is_wrong_leaves_git_alone(stack):
    @step
    def lacks(nothing_of_that_name):
        return 1

    with pytest.raises(flowyml.CompileError):
        Pipeline("p").add_step(lacks).run(stack=stack)


def test_a_failed_step_records_what_it_was_called_with(stack):
    found = recorded(stack, pipeline(fails).run(stack=stack))
    assert found.steps["fails"].bindings == {
        "mean": "1.0",
        "size": "3",
        "count": "3",
        "scale": "2.0",
    }
    assert found.steps["measure"].bindings == {}
