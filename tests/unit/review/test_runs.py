"""What differs between recorded runs."""

from __future__ import annotations

import dataclasses
import math

import pytest

from flowyml.review.runs import compare_runs
from flowyml.storage.records import RunRecord, StepRecord
from tests.unit.records.test_records import REFERENCE, head


def run_of(run_id, *steps, **changes):
    fields = vars(head(run_id, inputs={}, context={}, **changes))
    return RunRecord(**fields | {"context": changes.get("context", {})}, steps=dict(steps))


def trained(**changes):
    return "train", StepRecord(name="train", **{"state": "SUCCEEDED", **changes})


def differing(*runs):
    return [(row.kind, row.name, dict(row.values)) for row in compare_runs(runs) if row.differs]


def test_two_runs_that_did_the_same():
    step = trained(metrics={"loss": math.nan}, digest="a" * 64)
    assert differing(run_of("one", step), run_of("two", step)) == []


def test_everything_that_can_differ_does_so_in_order():
    one = dataclasses.replace(
        run_of("one", trained(metrics={"acc": 0.5}, digest="a" * 64)),
        context={"depth": 1, "rate": 0.1},
        environment={"numpy": "1"},
        git_commit="c" * 40,
        git_dirty=True,
    )
    two = dataclasses.replace(
        run_of("two", trained(state="FAILED", attempts=3, digest="b" * 64), state="FAILED"),
        context={"depth": 2, "rate": 0.1},
        environment={"numpy": "2"},
        inputs={"raw": REFERENCE},
    )
    assert differing(one, two) == [
        ("run", "state", {"one": "RUNNING", "two": "FAILED"}),
        ("run", "commit", {"one": "cccccccccccc with changes"}),
        ("run", "input raw", {"two": "abababababababab"}),
        ("code", "train", {"one": "a" * 16, "two": "b" * 16}),
        ("parameter", "depth", {"one": 1, "two": 2}),
        ("metric", "acc", {"one": 0.5}),
        ("environment", "numpy", {"one": "1", "two": "2"}),
        ("step", "train", {"one": "SUCCEEDED", "two": "FAILED, 3 attempts"}),
    ]


def test_what_is_the_same_comes_last():
    one = dataclasses.replace(run_of("one"), context={"a": 1, "b": 1})
    two = dataclasses.replace(run_of("two"), context={"a": 1, "b": 2})
    rows = compare_runs([one, two])
    assert [row.name for row in rows] == ["b", "pipeline", "project", "state", "a"]
    assert rows[0].to_dict() == {
        "kind": "parameter",
        "name": "b",
        "values": {"one": 1, "two": 2},
        "differs": True,
    }


@pytest.mark.parametrize(("one", "two"), [(1, 1.0), (1, True), (None, 0), ("1", 1), ([1], [2])])
def test_values_of_other_types_differ(one, two):
    first = dataclasses.replace(run_of("one"), context={"a": one})
    second = dataclasses.replace(run_of("two"), context={"a": two})
    assert [row[:2] for row in differing(first, second)] == [("parameter", "a")]


def test_one_that_differs_among_three():
    runs = [
        dataclasses.replace(run_of(name), context={"a": value})
        for name, value in (("one", 1), ("two", 1), ("three", 2))
    ]
    assert differing(*runs) == [("parameter", "a", {"one": 1, "two": 1, "three": 2})]
