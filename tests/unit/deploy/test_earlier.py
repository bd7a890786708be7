"""A step of a run that happened elsewhere runs again here."""

from __future__ import annotations

import pytest

from flowyml import Pipeline, context, step
from flowyml.backend import Sighting
from flowyml.deploy import TargetError, UnreachableError, begin, deliver, prepare, run_there
from flowyml.deploy import following as module
from flowyml.diagnostics import UsageError
from flowyml.storage import StoreError
from flowyml.storage.records import StepRecord, UnknownRunError
from tests.unit.deploy.target import made


@step(outputs=["number"])
def make(start: int):
    return start


@step(inputs=["number"], outputs=["double"])
def twice(number, extra: int):
    if number < 0:
        raise ValueError(f"negative: {number}")
    return 2 * number + extra


@pytest.fixture
def pipeline():
    return Pipeline("far_sums", context=context(start=1, extra=0)).add_steps([make, twice])


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(module, "BETWEEN", 0.0)


@pytest.fixture
def left(target, stack, pipeline, monkeypatch):
    """A run that was begun and never followed; its record."""
    monkeypatch.setattr("flowyml.deploy.earlier.load_stack", {"far": stack}.__getitem__)
    delivery, _ = prepare(pipeline, stack)
    deliver(delivery)
    with stack.recorded().records() as records:
        begun = begin(pipeline, delivery, records, {"extra": 100})
        return records.get(begun.head.run_id)


def record(stack, run_id):
    with stack.recorded().records() as records:
        return records.get(run_id)


def test_its_inputs_come_by_reference_from_where_it_was(target, stack, pipeline, tmp_path):
    failed = StepRecord(name="twice", state="FAILED", attempts=2, error="ValueError: negative")
    first = made("make", 5, tmp_path)
    target.looks = [Sighting(state="FAILED", steps={"make": first, "twice": failed})]
    run = run_there(pipeline, stack, context={"extra": 100})
    before = record(stack, run.run_id)
    assert pipeline.replay(run.run_id, "twice", stack=stack).output == 110
    assert record(stack, run.run_id) == before
    assert f"To run it here: flowyml replay {run.run_id} twice --stack far" in run.summary()
    assert "rerun" not in run.summary()


def test_a_run_that_nobody_followed_is_asked_after(target, stack, pipeline, tmp_path, left):
    target.looks = [Sighting(state="RUNNING", steps={"make": made("make", 7, tmp_path)})]
    assert pipeline.replay(left.run_id, "twice", stack=stack).output == 114
    assert record(stack, left.run_id) == left
    target.looks = [Sighting(state="RUNNING")]
    with pytest.raises(UsageError, match=r"'number' of 'make', which has not finished in run"):
        pipeline.replay(left.run_id, "twice", stack=stack)


def test_a_run_that_began_there_by_itself_is_asked_for(target, stack, pipeline, tmp_path):
    """As a scheduled one does: nothing of it is recorded here, and nothing will be."""
    target.looks = [Sighting(state="FAILED", steps={"make": made("make", 7, tmp_path)})]
    assert pipeline.replay("there/1", "twice", stack=stack).output == 14
    target.looks = [Sighting(state="FAILED")]
    assert pipeline.replay("there/1", "make", stack=stack).output == 5
    with pytest.raises(UnknownRunError, match=r"no run 'there/2' in .*; and there is no run"):
        pipeline.replay("there/2", "make", stack=stack)
    with stack.recorded().records() as records:
        assert records.list() == ()


def test_a_target_that_does_not_answer_says_so(target, stack, pipeline, left):
    target.looks = [UnreachableError("Airflow at http://far does not answer: refused")]
    with pytest.raises(TargetError, match="does not answer: refused"):
        pipeline.replay(left.run_id, "twice", stack=stack)


def test_a_store_that_cannot_be_read_from_here_says_so(target, stack, pipeline, tmp_path):
    first = made("make", 5, tmp_path)
    reference = first.outputs["number"].at("nowhere://bucket/number.json")
    first.outputs["number"] = reference
    second = made("twice", 10, tmp_path)
    target.looks = [Sighting(state="SUCCEEDED", steps={"make": first, "twice": second})]
    pipeline.enable_experiment_tracking = False
    run = run_there(pipeline, stack)
    with pytest.raises(StoreError, match="nowhere"):
        pipeline.replay(run.run_id, "twice", stack=stack)
