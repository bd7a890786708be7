"""What a failure that stops a run leaves open, and what it does not (docs/semantics.md §3, §6)."""

from __future__ import annotations

import pytest

from flowyml import Pipeline, step, when
from flowyml.backend import StepTrace, Support, Trace
from flowyml.rendering.ir_target import IrBackend
from flowyml.review.compare import compare
from flowyml.review.stopping import stops
from flowyml.review.targets import Target
from flowyml.storage import ArtifactStore


@step(outputs=["bad"])
def bad(): ...


@step(inputs=["bad"])
def behind(bad): ...


@step(outputs=["free"])
def free(): ...


@step(inputs=["free"])
def last(free): ...


@step(outputs=["gone"])
@when(lambda: False)
def gone(): ...


@step(inputs=["free", "gone"])
def both(free, gone): ...


def pipeline(*, fail_fast=True):
    return Pipeline("p", fail_fast=fail_fast).add_steps([bad, behind, free, last, gone, both])


IR = pipeline().build()
WHOLE = "FAILED UPSTREAM_FAILED SUCCEEDED SUCCEEDED SKIPPED SKIPPED"
"""What becomes of the steps where nothing is stopped."""


def trace(states, assets=None, *, success=False):
    steps = {
        s.name: StepTrace(state=state) for s, state in zip(IR.steps, states.split(), strict=True)
    }
    return Trace(success=success, steps=steps, assets=assets or {})


def told(reference, other, ir=IR):
    """Compare both ways; what one run may do beside the other does not depend on the way."""
    there = [each.name for each in compare(reference, other, ir=ir)]
    assert [each.name for each in compare(other, reference, ir=ir)] == there
    return there


def test_the_order_of_the_steps_is_the_one_written_here():
    assert [s.name for s in IR.steps] == ["bad", "behind", "free", "last", "gone", "both"]


@pytest.mark.parametrize(
    "states",
    [
        WHOLE,
        "FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED SKIPPED",
        "FAILED UPSTREAM_FAILED SUCCEEDED NOT_RUN SKIPPED SKIPPED",
        "FAILED UPSTREAM_FAILED SUCCEEDED FAILED NOT_RUN NOT_RUN",
        "FAILED UPSTREAM_FAILED FAILED UPSTREAM_FAILED NOT_RUN UPSTREAM_FAILED",
        "NOT_RUN NOT_RUN FAILED UPSTREAM_FAILED SKIPPED UPSTREAM_FAILED",
    ],
)
def test_any_moment_to_stop_is_right(states):
    stopped = trace("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN NOT_RUN NOT_RUN")
    assert told(stopped, trace(states)) == []


def test_what_a_step_left_open_decides_is_open_too():
    """A failed need outranks a skipped one, but it has to be known that it failed."""
    early = trace("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED SKIPPED")
    late = trace("FAILED UPSTREAM_FAILED FAILED UPSTREAM_FAILED SKIPPED UPSTREAM_FAILED")
    assert told(early, late) == []


@pytest.mark.parametrize(
    ("states", "wrong"),
    [
        ("FAILED NOT_RUN SUCCEEDED SUCCEEDED SKIPPED SKIPPED", ["behind"]),
        ("FAILED SUCCEEDED NOT_RUN NOT_RUN SKIPPED SKIPPED", ["behind"]),
        ("FAILED UPSTREAM_FAILED NOT_RUN SUCCEEDED SKIPPED SKIPPED", ["free"]),
        ("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED NOT_RUN", ["both"]),
        ("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED UPSTREAM_FAILED", ["both"]),
        ("FAILED UPSTREAM_FAILED SKIPPED NOT_RUN SKIPPED SKIPPED", ["free", "last"]),
        ("FAILED UPSTREAM_FAILED UPSTREAM_FAILED SUCCEEDED SKIPPED SKIPPED", ["free"]),
        ("FAILED UPSTREAM_FAILED SUCCEEDED SUCCEEDED SUCCEEDED SKIPPED", ["gone"]),
    ],
)
def test_what_no_stop_explains_is_a_difference(states, wrong):
    assert told(trace(WHOLE), trace(states)) == wrong


def test_only_where_a_failure_stops_the_run():
    stopped = trace("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED SKIPPED")
    assert told(trace(WHOLE), stopped, pipeline(fail_fast=False).build()) == ["free", "last"]


def test_a_run_that_did_not_fail_was_not_stopped():
    fine = "SUCCEEDED SUCCEEDED SUCCEEDED SUCCEEDED SKIPPED SKIPPED"
    lost = "SUCCEEDED SUCCEEDED SUCCEEDED NOT_RUN SKIPPED SKIPPED"
    assert told(trace(fine, success=True), trace(lost, success=True)) == ["last"]


def test_only_a_step_that_did_not_run_may_lack_its_assets(tmp_path):
    made = {"free": ArtifactStore(tmp_path).save("free", 1)}
    stopped = trace("FAILED UPSTREAM_FAILED NOT_RUN NOT_RUN SKIPPED SKIPPED")
    assert told(trace(WHOLE, made), stopped) == []
    half = trace("FAILED UPSTREAM_FAILED SUCCEEDED NOT_RUN SKIPPED SKIPPED")
    assert told(trace(WHOLE, made), half) == ["free"]


@pytest.mark.parametrize(
    ("grade", "expected"), [("native", False), ("emulated", False), ("degraded", True)]
)
def test_a_target_that_weakens_independence_stops(monkeypatch, grade, expected):
    table = {"independent": Support(grade=grade)}
    monkeypatch.setattr(IrBackend, "capabilities", lambda self, version: table)
    target = Target(IrBackend(), "v1")
    assert stops(pipeline(fail_fast=False).build(), target) is expected
    assert stops(IR, target) is True
