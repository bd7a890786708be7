"""A run as it is told to people."""

from __future__ import annotations

import dataclasses

from flowyml.api.summary import failures, step_lines, summary
from flowyml.storage.records import RunRecord, StepRecord
from tests.unit.records.test_records import START, head


def run_of(*steps, **changes):
    fields = vars(head(**changes))
    return RunRecord(**fields, steps={step.name: step for step in steps})


def failed(name, **changes):
    record = StepRecord(name=name, state="FAILED", attempts=1, error=f"Traceback\n{name} broke")
    return dataclasses.replace(record, **changes)


def test_a_line_a_step():
    run = run_of(
        StepRecord(name="a", state="SUCCEEDED", attempts=2, duration_seconds=1.5, recovered=True),
        StepRecord(name="bcd", state="CACHED"),
        StepRecord(name="e", state="SKIPPED"),
        state="SUCCEEDED",
        duration_seconds=2.0,
    )
    assert summary(run).splitlines() == [
        "Pipeline 'p' SUCCEEDED in 2.00 s (run run-1)",
        "  a    SUCCEEDED  1.50 s  2 attempts  recovered",
        "  bcd  CACHED",
        "  e    SKIPPED",
    ]


def test_a_run_that_has_not_ended():
    assert summary(run_of()) == "Pipeline 'p' RUNNING (run run-1)"


def test_of_many_steps_those_are_listed_that_took_longest():
    quick = [StepRecord(name=f"quick-{n}", state="SUCCEEDED") for n in range(45)]
    slow = [
        StepRecord(name=f"slow-{n}", state="SUCCEEDED", attempts=1, duration_seconds=n + 1)
        for n in range(10)
    ]
    skipped = [StepRecord(name=f"not-{n}", state="SKIPPED") for n in range(12)]
    lines = list(step_lines([*quick, *slow, *skipped]))
    assert [line.split()[0] for line in lines[:10]] == [f"slow-{n}" for n in range(10)]
    assert [line.split()[1] for line in lines[10:20]] == ["SKIPPED"] * 10
    assert lines[20:] == ["  … and 45 more SUCCEEDED", "  … and 2 more SKIPPED"]


def test_a_failure_says_what_it_was_called_with_and_how_to_go_on():
    step = failed("two words", bindings={"n": "1", "rows": "[1, 2]"})
    assert "\n".join(failures(run_of(step, source="p.py:p"))) == (
        "\nStep 'two words' failed:\nTraceback\ntwo words broke\n"
        "\nIt was called with:\n  n     1\n  rows  [1, 2]\n"
        "\nTo go on from there: flowyml rerun run-1 --from 'two words'"
    )


def test_without_a_file_going_on_is_python_and_without_checkpoints_it_is_not_shown():
    step = failed("a")
    in_notebook = list(failures(run_of(step)))
    assert in_notebook[-1] == "\nTo go on from there: pipeline.rerun('run-1', from_step='a')"
    assert list(failures(run_of(step, checkpointing=False))) == in_notebook[:-1]


def test_of_many_failures_the_first_are_shown():
    text = summary(run_of(*(failed(f"s{n}") for n in range(12)), started_at=START))
    assert text.count("Traceback") == 10
    assert text.endswith("\nSo did 2 more: 's10', 's11'")


def told(**changes):
    return {
        "state": "SUCCEEDED", "outputs": {}, "attempts": 1, "error": None, "duration_seconds": 0.5,
        "recovered": False, "metrics": {}, "nested": {},
    } | changes  # fmt: skip


def test_steps_within_a_dynamic_one_stand_below_it():
    inner = told(nested={"c": told(state="SKIPPED", attempts=0)})
    outer = StepRecord(name="a", state="SUCCEEDED", attempts=1, nested={"b": inner})
    assert list(step_lines([outer, StepRecord(name="long", state="CACHED")])) == [
        "  a      SUCCEEDED  0.00 s",
        "    b    SUCCEEDED  0.50 s",
        "      c  SKIPPED",
        "  long   CACHED",
    ]


def test_of_too_many_steps_within_a_dynamic_one_none_is_listed():
    nested = {str(n): told() for n in range(40)}
    step = StepRecord(name="a", state="SUCCEEDED", attempts=1, nested=nested)
    assert list(step_lines([step])) == ["  a  SUCCEEDED  0.00 s"]
