"""States and XComs of a run, read back into the terms of the pipeline."""

from __future__ import annotations

import pytest

from flowyml.backend import StepTrace
from flowyml.ir import MapSpec
from flowyml_airflow.names import NOTE
from flowyml_airflow.traces import read_trace
from tests.unit.airflow.irs import node, pipeline


def task(state, tries=1, error=None):
    return {"state": state, "tries": tries, "error": error}


def read(ir, tasks, xcoms=None):
    return read_trace(ir, state="success", tasks=tasks, xcoms=xcoms or {}).steps


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("success", StepTrace(state="SUCCEEDED", attempts=2, recovered=False)),
        ("failed", StepTrace(state="FAILED", attempts=2, recovered=False)),
        ("upstream_failed", StepTrace(state="UPSTREAM_FAILED")),
        ("skipped", StepTrace(state="SKIPPED")),
        (None, StepTrace(state="NOT_RUN", attempts=2)),
    ],
)
def test_states(state, expected):
    assert read(pipeline(node("a")), {"a": task(state, 2)})["a"] == expected


def test_what_a_step_left_word_of():
    note = {"a": {NOTE: {"recovered": True, "items": [3, 4]}}}
    found = read(pipeline(node("a")), {"a": task("success")}, note)["a"]
    assert (found.recovered, found.items) == (True, (3, 4))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("success", StepTrace(state="CACHED", recovered=False)),
        ("failed", StepTrace(state="FAILED", attempts=1, recovered=False)),
    ],
)
def test_a_hit_in_the_cache_was_no_attempt(state, expected):
    found = read(pipeline(node("a")), {"a": task(state)}, {"a": {NOTE: {"cached": True}}})
    assert found["a"] == expected


def test_where_tasks_stop_after_a_failure_only_a_condition_leaves_word():
    ir = pipeline(node("a"), node("b"), fail_fast=True)
    tasks = {"a": task("skipped"), "b": task("skipped")}
    found = read(ir, tasks, {"a": {NOTE: {"skipped": "no"}}})
    assert {name: step.state for name, step in found.items()} == {"a": "SKIPPED", "b": "NOT_RUN"}


def test_fail_fast_stops_nothing_where_each_step_needs_the_one_before():
    ir = pipeline(node("a"), fail_fast=True)
    assert read(ir, {"a": task("skipped")})["a"].state == "SKIPPED"


@pytest.mark.parametrize(
    ("split", "state", "error"),
    [
        ("upstream_failed", "UPSTREAM_FAILED", None),
        ("failed", "FAILED", "of the split"),
        ("success", "FAILED", "of the whole"),
    ],
)
def test_a_map_task_that_had_nothing_to_collect_shares_the_fate_of_its_split(split, state, error):
    ir = pipeline(node("a", map=MapSpec(concurrency=1)))
    first = task(split, 1, "of the split" if split == "failed" else None)
    found = read(ir, {"a__split": first, "a": task("failed", 1, "of the whole")})["a"]
    assert (found.state, found.error) == (state, error)
