"""A run elsewhere is told and recorded here like one of our own."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from flowyml import LocalStack, Pipeline, context, step
from flowyml.backend import Sighting
from flowyml.deploy import (
    LostSightError,
    UnauthorizedError,
    UnreachableError,
    again,
    run_there,
)
from flowyml.deploy import following as module
from flowyml.diagnostics import CompileError, UsageError
from flowyml.storage.records import RecordsError, StepRecord, UnknownRunError
from tests.unit.deploy.target import DATE, made

WHEN = datetime(2025, 2, 1, tzinfo=timezone.utc)


@step(outputs=["number"])
def make(start: int):
    return start


@step(inputs=["number"], outputs=["double"])
def twice(number):
    return 2 * number


@pytest.fixture
def pipeline():
    return Pipeline("far_sums", context=context(start=1)).add_steps([make, twice])


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(module, "BETWEEN", 0.0)


class Heard:
    """A reporter that notes what it is told."""

    def __init__(self):
        self.said = []

    def __getattr__(self, name):
        return lambda *told: self.said.append((name, told))

    @property
    def order(self):
        return [
            (name, getattr(told[0], "name", told[0] if isinstance(told[0], str) else ""))
            for name, told in self.said
        ]


def test_what_happens_is_told_in_order_and_recorded(target, stack, pipeline, tmp_path):
    first, second = made("make", 5, tmp_path), made("twice", 10, tmp_path)
    target.looks = [
        Sighting(state="RUNNING"),
        Sighting(state="RUNNING", running=["make"], lines=[("make", "here", "stdout")]),
        UnreachableError("for a moment"),
        Sighting(state="RUNNING", running=["twice"], steps={"make": first}),
        Sighting(state="SUCCEEDED", steps={"make": first, "twice": second}),
    ]
    heard = Heard()
    result = run_there(pipeline, stack, context={"start": 5}, reporter=heard)
    assert heard.order == [
        ("run_started", ""),
        ("step_started", "make"),
        ("line_printed", "make"),
        ("step_started", "twice"),
        ("step_finished", "make"),
        ("step_finished", "twice"),
        ("run_finished", ""),
    ]
    assert (result.success, result["twice"], dict(result.outputs)) == (
        True, 10, {"number": 5, "double": 10},
    )  # fmt: skip
    with stack.recorded().records() as records:
        kept = records.find("latest")
    assert (kept.run_id, kept.stack, kept.remote, kept.state) == (
        result.run_id, "far", "there/1", "SUCCEEDED",
    )  # fmt: skip
    assert kept.steps["make"].digest == pipeline.build().steps[0].function.digest
    assert kept.context == {"start": 5}
    assert target.asked[0].run_id == result.run_id
    assert target.asked[0].context == {"start": 5}
    assert target.delivered[0].runs


def test_a_failed_run_is_a_result(target, stack, pipeline):
    failed = StepRecord(name="make", state="FAILED", attempts=2, error="ValueError: no")
    after = StepRecord(name="twice", state="UPSTREAM_FAILED")
    target.looks = [Sighting(state="FAILED", steps={"make": failed, "twice": after})]
    result = run_there(pipeline, stack, reporter=Heard())
    assert (result.success, result.step_results["make"].attempts) == (False, 2)
    assert "ValueError: no" in result.summary()


def test_what_is_wrong_with_the_overrides_is_said_before_anything_is_handed_over(
    target, stack, pipeline
):
    with pytest.raises(CompileError, match=r"FML206.*\n.*did you mean 'start'"):
        run_there(pipeline, stack, context={"stat": 1})
    assert not target.delivered
    with stack.recorded().records() as records, pytest.raises(UnknownRunError):
        records.find("latest")


def test_a_run_that_could_not_be_recorded_does_not_begin(target, stack, pipeline, tmp_path):
    (tmp_path / "runs.db").mkdir()
    with pytest.raises(RecordsError):
        run_there(pipeline, stack)
    assert (len(target.delivered), target.asked) == (1, [])


def test_a_target_that_stays_silent_is_lost_sight_of_and_the_run_stays_open(
    target, stack, pipeline
):
    target.looks = [UnreachableError("nobody there")] * module.PATIENCE
    with pytest.raises(LostSightError, match=r"nobody there.*goes on at .*target\.example/runs/1"):
        run_there(pipeline, stack)
    with stack.recorded().records() as records:
        assert records.find("latest").state == "RUNNING"


def test_a_target_that_does_not_know_us_any_more_is_not_asked_again(target, stack, pipeline):
    target.looks = [UnauthorizedError("expired"), Sighting(state="SUCCEEDED")]
    with pytest.raises(UnauthorizedError, match="expired"):
        run_there(pipeline, stack)


def test_a_run_that_was_left_is_followed_again_from_where_it_was(
    target, stack, pipeline, tmp_path, caplog
):
    first, second = made("make", 5, tmp_path), made("twice", 10, tmp_path)
    target.looks = [Sighting(state="RUNNING", steps={"make": first}), KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        run_there(pipeline, stack, reporter=Heard())
    assert "flowyml runs follow" in caplog.text
    target.looks = [Sighting(state="SUCCEEDED", steps={"make": first, "twice": second})]
    heard = Heard()
    with stack.recorded().records() as records:
        left = records.find("latest")
        assert (left.state, [*left.steps]) == ("RUNNING", ["make"])
        result = again(pipeline, stack, left, records).follow(heard)
        kept = records.find("latest")
    assert (result.run_id, result.success, result["twice"]) == (left.run_id, True, 10)
    assert [each for each in heard.order if "step_f" in each[0]] == [("step_finished", "twice")]
    assert (kept.state, [*kept.steps]) == ("SUCCEEDED", ["make", "twice"])
    with pytest.raises(UsageError, match="has ended"):
        again(pipeline, stack, kept, records)


def test_a_run_of_what_the_pipeline_was_before_is_not_followed(target, stack, pipeline):
    target.looks = [UnauthorizedError("expired")]
    with pytest.raises(UnauthorizedError):
        run_there(pipeline, stack)
    other = Pipeline("far_sums", context=context(start=2)).add_steps([make, twice])
    with stack.recorded().records() as records:
        left = records.find("latest")
        with pytest.raises(UsageError, match=r"'far_sums' has changed since.*target\.example"):
            again(other, stack, left, records)


def test_a_run_of_this_machine_is_not_followed(target, stack, pipeline, tmp_path):
    here = LocalStack(str(tmp_path / "store"), str(tmp_path / "runs.db"))
    pipeline.run(stack=here)
    with here.records() as records, pytest.raises(UsageError, match="one of this machine"):
        again(pipeline, stack, records.find("latest"), records)


def test_run_goes_where_its_stack_says(target, stack, pipeline, tmp_path):
    first, second = made("make", 1, tmp_path), made("twice", 2, tmp_path)
    target.looks = [Sighting(state="SUCCEEDED", steps={"make": first, "twice": second})]
    assert pipeline.run(stack=stack, run_date=DATE)["twice"] == 2
    assert target.asked[0].run_date == DATE


@pytest.mark.parametrize("local", [{"debug": True}, {"enable_cache": False}])
def test_what_works_on_this_machine_only_is_refused_elsewhere(target, stack, pipeline, local):
    with pytest.raises(UsageError, match="works on this machine only, and the stack 'far' is far"):
        pipeline.run(stack=stack, **local)
    assert not target.delivered


def test_going_on_from_a_run_happens_here(target, stack, pipeline):
    with pytest.raises(UsageError, match="rerun works on this machine only"):
        pipeline.rerun("latest", stack=stack)


def test_inputs_cannot_be_handed_over(target, stack):
    reading = Pipeline("far_sums").add_step(twice)
    with pytest.raises(UsageError, match=r"inputs \(--input\) works on this machine only"):
        reading.run(inputs={"number": 1}, stack=stack)
    assert not target.delivered
