"""`Pipeline(schedule=…)`: what it takes, what becomes of it, and that runs here leave it aside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowyml import CompileError, Pipeline, Schedule, step
from flowyml import ir as nodes


@step(outputs=["total"])
def add():
    return 1 + 1


def built(schedule):
    return Pipeline("p", schedule=schedule).add_step(add).build().schedule


@pytest.mark.parametrize(
    ("schedule", "node"),
    [
        (None, None),
        ("0 6 * * mon", nodes.Schedule(cron="0 6 * * 1")),
        ("@daily", nodes.Schedule(cron="0 0 * * *")),
        (Schedule("@daily", timezone="UTC"), nodes.Schedule(cron="0 0 * * *")),
        (
            Schedule("0 6 * * *", timezone="Europe/Berlin"),
            nodes.Schedule(cron="0 6 * * *", timezone="Europe/Berlin"),
        ),
        (timedelta(hours=6), nodes.Schedule(every=21_600)),
        (Schedule(every=timedelta(days=2)), nodes.Schedule(every=172_800)),
        (
            Schedule(assets=["training/model", "s3://b/k", "training/model"]),
            nodes.Schedule(assets=("training/model", "s3://b/k")),
        ),
    ],
)
def test_what_it_takes(schedule, node):
    assert built(schedule) == node


def test_the_method_is_the_keyword():
    pipeline = Pipeline("p").add_step(add)
    assert pipeline.schedule("0 6 * * *", timezone="Europe/Berlin") is pipeline
    assert pipeline.build().schedule == built(Schedule("0 6 * * *", timezone="Europe/Berlin"))
    assert pipeline.schedule(timedelta(hours=1)).build().schedule == nodes.Schedule(every=3600)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Pipeline("p", schedule=5), TypeError, "a cron expression, a timedelta or a Sch"),
        (lambda: Pipeline("p").schedule(None, timezone="UTC"), TypeError, "goes with a cron"),
        (lambda: Pipeline("p", schedule=timedelta(0)), ValueError, "whole seconds, at least one"),
        (lambda: Schedule(every=timedelta(seconds=1.5)), ValueError, "not 0:00:01.500000"),
        (lambda: Schedule(every=3), TypeError, "takes a timedelta, not int"),
        (lambda: Schedule(), TypeError, "one of cron, every= and assets="),
        (lambda: Schedule("@daily", every=timedelta(1)), TypeError, "one of cron"),
        (lambda: Schedule(timezone="UTC", assets=["a/b"]), TypeError, "no effect without cron"),
        (lambda: Schedule(3), TypeError, "cron of a schedule takes text, not int"),
        (lambda: Schedule(assets="a/b"), TypeError, "takes a list of names"),
        (lambda: Schedule(assets=[1]), TypeError, "takes a list of names"),
    ],
)
def test_what_it_does_not_take_is_told_at_once(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("0 6 * *", "the schedule '0 6 [*] [*]' cannot be kept: it has 4 fields"),
        (Schedule("@daily", timezone="Europe/Berlni"), "did you mean 'Europe/Berlin'"),
        (Schedule(assets=["model", "s3://bucket/"]), "write PIPELINE/model, or the URI"),
        (Schedule(assets=["/model"]), "write PIPELINE/model, or the URI"),
        (Schedule(assets=["training/"]), "write training/ASSET, or the URI"),
    ],
)
def test_what_cannot_be_kept_is_told_when_it_is_built(schedule, message):
    with pytest.raises(CompileError, match=message) as raised:
        built(schedule)
    assert [each.code for each in raised.value.diagnostics] == ["FML118"]


def test_a_wrong_time_does_not_hide_a_wrong_timezone():
    with pytest.raises(CompileError) as raised:
        built(Schedule("0 0 31 2 *", timezone="Europe/Berlni"))
    said = [each.message for each in raised.value.diagnostics]
    assert [("no such day" in each, "timezone" in each) for each in said] == [
        (True, False),
        (False, True),
    ]


def test_a_run_here_starts_now_and_once():
    result = Pipeline("p", schedule="0 0 1 1 *").add_step(add).run()
    assert result.outputs == {"total": 2}


def test_that_of_a_part_is_the_parts_own():
    part = Pipeline("part", schedule="@daily").add_step(add)
    assert Pipeline("whole").add_sub_pipeline(part).build().schedule is None
