"""A run on a Kubeflow ends as one here does: same states, attempts, values and words."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timezone

import pytest

from flowyml.deploy import RefusedError, begin, deliver, prepare, run_there
from flowyml.engine.progress import SilentReporter
from flowyml.runtime.outcome import Outcome
from flowyml.storage.records import UnknownRunError
from flowyml_kubeflow.pod import read_log


class Heard(SilentReporter):
    """Notes what it is told."""

    def __init__(self):
        self.lines, self.finished, self.started = [], [], []

    def step_started(self, step):
        self.started.append(step)

    def line_printed(self, step, line, stream):
        self.lines.append((step, line))

    def step_finished(self, step):
        self.finished.append((step.name, step.state))


def test_a_run_is_deployed_followed_and_ends_as_one_here(pipeline, stack):
    heard = Heard()
    result = run_there(pipeline, stack(), context={"count": 4}, reporter=heard)

    assert result.success
    assert {name: step.state for name, step in result.step_results.items()} == dict.fromkeys(
        ("load", "add", "show"), "SUCCEEDED"
    )
    assert (result["load"].data, result["add"], result["show"]) == ([0, 1, 2, 3], 6, "total: 6")
    assert heard.lines == [("load", "loading 4"), ("add", "adding 4")]
    assert heard.finished == [(name, "SUCCEEDED") for name in ("load", "add", "show")]
    assert heard.started == ["load", "add", "show"]


def test_a_run_that_fails_says_what_the_step_said(pipeline, stack):
    result = run_there(pipeline, stack(), context={"least": 5}, reporter=Heard())

    states = {name: step.state for name, step in result.step_results.items()}
    assert states == {"load": "SUCCEEDED", "add": "FAILED", "show": "UPSTREAM_FAILED"}
    assert result.step_results["add"].error.rstrip().endswith("ValueError: too few rows")
    assert result.step_results["add"].attempts == 1
    assert not result.success


@pytest.mark.parametrize("rest", ["", "{", "[]", '{"outputs": {}}', '{"outputs": {"a": {}}}'])
def test_a_line_that_only_looks_like_an_outcome_is_one_that_the_step_printed(rest):
    told = Outcome(state="SUCCEEDED", attempts=1, duration_seconds=0.5)
    line = f"flowyml outcome: {rest}"
    text = f"{line}\nflowyml outcome: {json.dumps(told.to_dict())}\n"

    assert read_log(text) == ([line], told)


def test_attempts_in_a_pod_are_counted(project, stack):
    stumbling = 'import pathlib; at = pathlib.Path("tried"); first = not at.exists(); at.touch()'
    pipeline = project(
        **{'    print("loading", count)\n': f"    {stumbling}\n    assert not first\n"}
    )
    result = run_there(pipeline, stack(), reporter=Heard())

    assert (result.success, result.step_results["load"].attempts) == (True, 2)


SKIPPING = {
    "from flowyml import Dataset,": "from flowyml import when, Dataset,",
    '@step(inputs=["rows"], outputs=["total"])': (
        '@when(lambda rows: len(rows) > 5)\n@step(inputs=["rows"], outputs=["total"])'
    ),
}


@pytest.mark.parametrize("default", ["", '="nothing"'])
def test_a_step_that_is_skipped(project, stack, default):
    """Kubeflow leaves it out itself; or, where another outlives it, its pod does."""
    pipeline = project(**SKIPPING, **{"def show(total)": f"def show(total{default})"})
    result = run_there(pipeline, stack(), reporter=Heard())

    states = {name: step.state for name, step in result.step_results.items()}
    last = "SUCCEEDED" if default else "SKIPPED"
    assert states == {"load": "SUCCEEDED", "add": "SKIPPED", "show": last}
    assert result.success


def test_the_date_of_a_run(project, stack):
    dated = {
        "from flowyml import Dataset,": "from flowyml import RunDate, Dataset,",
        "def show(total)": "def show(total, day: RunDate)",
        'f"total: {total}"': "day.isoformat()",
    }
    date = datetime(2026, 1, 31, 6, tzinfo=timezone.utc)
    far = stack()
    result = run_there(project(**dated), far, run_date=date, reporter=Heard())

    assert result["show"] == "2026-01-31T06:00:00+00:00"
    with far.recorded().records() as records:
        assert records.get(result.run_id).run_date == date


def test_a_run_can_be_found_again(pipeline, stack):
    delivery, _ = prepare(pipeline, stack(), runs=True)
    deliver(delivery)
    with delivery.stack.recorded().records() as records:
        begun = begin(pipeline, delivery, records)
    from flowyml.deploy.delivery import deployer

    again = deployer(delivery.stack).attach(delivery, begun.head.remote)
    assert (again.handle, again.url) == (begun.head.remote, begun.head.url)
    with pytest.raises(RefusedError, match="not found"):
        deployer(delivery.stack).attach(delivery, "nobody")


def test_a_step_of_a_run_there_runs_again_here(pipeline, stack):
    """Its inputs are where the pods have put them: the record says so."""
    far = stack()
    failed = run_there(pipeline, far, context={"count": 4, "least": 5}, reporter=Heard())
    with far.recorded().records() as records:
        before = records.get(failed.run_id)
        again = pipeline.replay(failed.run_id, "add", stack=far)
        assert records.get(failed.run_id) == before

    assert (again.state, again.error.splitlines()[-1]) == ("FAILED", "ValueError: too few rows")
    assert before.steps["load"].outputs["rows"].asset is not None
    assert pipeline.replay(failed.run_id, "load", stack=far).output.data == [0, 1, 2, 3]


def test_a_step_of_a_run_that_is_not_recorded_here_runs_again_here(pipeline, stack, tmp_path):
    """As of one that a recurring run began: what it was given is asked for, too."""
    far = stack()
    ran = run_there(pipeline, far, context={"count": 5}, reporter=Heard())
    with far.recorded().records() as records:
        handle = records.get(ran.run_id).remote
    elsewhere = dataclasses.replace(far, metadata_path=str(tmp_path / "others.db"))

    assert pipeline.replay(handle, "load", stack=elsewhere).output.data == [0, 1, 2, 3, 4]
    assert pipeline.replay(handle, "add", stack=elsewhere).output == 10
    with pytest.raises(UnknownRunError, match=r"no run 'nobody' in .*; and Kubeflow at"):
        pipeline.replay("nobody", "add", stack=elsewhere)


def test_a_map_that_is_spread_over_pods(project, stack):
    mapping = {
        "from flowyml import Dataset,": "from flowyml import map_task, Dataset,",
        '@step(inputs=["rows"], outputs=["total"])\ndef add(rows: list, least: int = 0):': (
            '@map_task(inputs=["rows"], outputs=["total"], concurrency=2)\n'
            "def add(rows: int, least: int = 0):"
        ),
        'print("adding", len(rows))': 'print("adding", rows)',
        "if len(rows) < least:": "if rows < least:",
        "return sum(rows)": "return rows * 10",
        "def show(total):": "def show(total: list):",
    }
    far = dataclasses.replace(stack(), version="2.14")
    heard = Heard()
    result = run_there(project(**mapping), far, reporter=heard)

    assert result["show"] == "total: [0, 10, 20]"
    assert sorted(line for step, line in heard.lines if step == "add") == [
        "adding 0",
        "adding 1",
        "adding 2",
    ]
