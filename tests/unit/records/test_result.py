"""`PipelineResult` and `StepResult`, to the public surface."""

from __future__ import annotations

import json

import pytest

from flowyml import Dataset, FlowymlError, Metrics, Pipeline, PipelineResult, step
from flowyml.api.result import RunFailedError, StepFailedError
from flowyml.storage.records import RunRecord, StepRecord


@step(outputs=["raw"])
def load():
    return Dataset([1, 2, 3], name="numbers", metadata={"unit": "m"})


@step(inputs=["raw"], outputs=["low", "high"])
def split(raw):
    return raw[:1], raw[1:]


@step(outputs=["accuracy"])
def evaluate(high):
    return 0.756


@step
def report(accuracy):
    return Metrics(accuracy=accuracy)


@step
def broken(low):
    raise ValueError("cannot be done")


@step
def after(broken):
    return 1


@pytest.fixture
def result(stack):
    return Pipeline("scores").add_steps([load, split, evaluate, report]).run(stack=stack)


@pytest.fixture
def failed(stack):
    return Pipeline("scores").add_steps([load, split, broken, after]).run(stack=stack)


def test_the_tutorials_lines(result, capsys):
    assert f"Model accuracy: {result.outputs['accuracy']:.2%}" == "Model accuracy: 75.60%"
    assert result.success
    for step_name, each in result.step_results.items():
        assert step_name == each.step_name
        assert f"{each.duration_seconds:.2f}"
        assert not each.cached
        assert each.artifact_uri


def test_a_result_tells_about_the_run(result):
    assert isinstance(result, PipelineResult)
    assert (result.pipeline_name, result.state) == ("scores", "SUCCEEDED")
    assert result.run_id
    assert result.end_time >= result.start_time
    assert result.duration_seconds > 0
    assert len(result.snapshot_hash) == 64
    assert list(result.step_results) == ["load", "split", "evaluate", "report"]
    assert list(result) == list(result.step_results)
    assert repr(result) == f"<run {result.run_id} of 'scores' SUCCEEDED: 4 steps>"


def test_outputs_go_by_asset_and_else_by_step(result):
    assert list(result.outputs) == ["raw", "low", "high", "accuracy", "report"]
    assert len(result.outputs) == 5
    assert result.outputs["high"] == [2, 3]
    assert "raw" in result.outputs
    assert "split" not in result.outputs


def test_an_item_is_what_the_step_returned(result):
    assert result["evaluate"] == 0.756
    assert result["split"] == {"low": [1], "high": [2, 3]}


def test_an_asset_comes_back_as_the_asset(result):
    dataset = result["load"]
    assert type(dataset) is Dataset
    assert (dataset.data, dataset.name, dataset.metadata) == ([1, 2, 3], "numbers", {"unit": "m"})
    assert result["report"]["accuracy"] == 0.756


def test_values_are_loaded_once(result):
    assert result["split"]["high"] is result.outputs["high"]


def test_values_are_loaded_when_they_are_looked_at(stack, tmp_path):
    result = Pipeline("p").add_steps([load]).run(stack=stack)
    for blob in (tmp_path / "artifacts").rglob("*.*"):
        blob.unlink()
    assert result.summary()
    with pytest.raises(FlowymlError, match="is gone"):
        result["load"]


def test_unknown_names_are_key_errors_with_near_ones(result):
    with pytest.raises(KeyError, match="no step 'evalute'; did you mean 'evaluate'"):
        result["evalute"]
    with pytest.raises(KeyError, match="no output 'acuracy'; did you mean 'accuracy'"):
        result.outputs["acuracy"]
    assert result.outputs.get("acuracy", "none") == "none"


def test_a_failed_step_raises_its_own_error(failed):
    assert not failed.success
    with pytest.raises(ValueError, match="cannot be done"):
        failed["broken"]
    with pytest.raises(StepFailedError, match="step 'after' UPSTREAM_FAILED"):
        failed["after"]
    each = failed.step_results["broken"]
    assert (each.state, each.success, each.skipped, each.recovered) == (
        "FAILED",
        False,
        False,
        False,
    )
    assert each.error.endswith("ValueError: cannot be done")
    assert each.artifact_uri is None
    assert failed.step_results["after"].attempts == 0


def test_an_output_that_a_failure_kept_from_being_says_so(failed):
    with pytest.raises(KeyError, match="no output 'after'; the run FAILED at 'broken'"):
        failed.outputs["after"]


def test_raise_for_failure(result, failed):
    assert result.raise_for_failure() is None
    with pytest.raises(RunFailedError, match="Step 'broken' failed") as caught:
        failed.raise_for_failure()
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_summary_has_a_line_a_step_and_the_tracebacks(failed):
    first, *lines = failed.summary().splitlines()
    assert first.startswith("Pipeline 'scores' FAILED in ")
    assert failed.run_id in first
    assert [line.split()[:2] for line in lines[:4]] == [
        ["load", "SUCCEEDED"],
        ["split", "SUCCEEDED"],
        ["broken", "FAILED"],
        ["after", "UPSTREAM_FAILED"],
    ]
    assert lines[lines.index("Step 'broken' failed:") + 1].startswith("Traceback")
    at = lines.index("ValueError: cannot be done")
    assert lines[at + 1 :] == [
        "",
        "It was called with:",
        "  low  [1]",
        "",
        f"To go on from there: flowyml rerun {failed.run_id} --from broken",
    ]


def test_to_dict_is_plain_json(failed):
    data = failed.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["state"] == "FAILED"
    assert data["steps"]["load"]["outputs"]["raw"]["asset"]["name"] == "numbers"
    assert data["steps"]["after"]["state"] == "UPSTREAM_FAILED"


def test_a_result_can_be_had_from_the_records(stack, result, failed):
    with stack.records() as records:
        again = PipelineResult(records.get(result.run_id))
        bad = PipelineResult(records.get(failed.run_id))
    assert again.to_dict() == result.to_dict()
    assert again["split"] == result["split"]
    with pytest.raises(StepFailedError, match="ValueError: cannot be done"):
        bad["broken"]


def test_run_ids_sort_by_time(stack, result):
    later = Pipeline("p").add_step(load).run(stack=stack)
    assert later.run_id[:18] >= result.run_id[:18]
    assert later.run_id != result.run_id


def test_a_skipped_steps_output_is_none(result):
    skipped = StepRecord(name="s", state="SKIPPED")
    run = RunRecord(
        run_id="r",
        pipeline="p",
        snapshot_hash="",
        run_date=result.start_time,
        started_at=result.start_time,
        state="SUCCEEDED",
        steps={"s": skipped},
    )
    assert PipelineResult(run)["s"] is None
    assert PipelineResult(run).step_results["s"].skipped
