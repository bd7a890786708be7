"""The schedule against a plain model: random graphs, random ends, any order of finishing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.engine.schedule import Schedule
from flowyml.ir import FromAsset, Function, Output, Parameter, PipelineIR, Source, StepNode


def node(name: str, reads: list[str], after: list[str]) -> StepNode:
    return StepNode(
        name=name,
        function=Function(entrypoint=f"m:{name}", digest=""),
        parameters=tuple(
            Parameter(name=read, binding=FromAsset(step=read, output=read)) for read in reads
        ),
        outputs=(Output(name=name),),
        after=tuple(after),
    )


def pipeline(*steps: StepNode, fail_fast: bool = False) -> PipelineIR:
    return PipelineIR(name="p", source=Source(module="m"), steps=steps, fail_fast=fail_fast)


@st.composite
def graphs(draw) -> tuple[PipelineIR, dict[str, str]]:
    names = [f"s{n}" for n in range(draw(st.integers(1, 8)))]
    steps = []
    for number, name in enumerate(names):
        needs = draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else []
        reads = [need for need in needs if draw(st.booleans())]
        steps.append(node(name, reads, [need for need in needs if need not in reads]))
    ends = {name: draw(st.sampled_from(["SUCCEEDED", "FAILED", "SKIPPED"])) for name in names}
    return pipeline(*steps), ends


def model(ir: PipelineIR, ends: dict[str, str]) -> dict[str, str]:
    """What docs/semantics.md §3 says, one step after the other."""
    states: dict[str, str] = {}
    for step in ir.steps:
        producers = [states[p.name] for p in step.parameters]
        needs = [*producers, *(states[name] for name in step.after)]
        if any(state in ("FAILED", "UPSTREAM_FAILED") for state in needs):
            states[step.name] = "UPSTREAM_FAILED"
        elif "SKIPPED" in producers:
            states[step.name] = "SKIPPED"
        else:
            states[step.name] = ends[step.name]
    return states


@given(graphs(), st.randoms(use_true_random=False))
def test_states_are_the_models_whatever_finishes_first(graph, random):
    ir, ends = graph
    schedule = Schedule(ir)
    running: list[str] = []
    while not schedule.complete:
        while (step := schedule.take()) is not None:
            running.append(step.name)
        name = running.pop(random.randrange(len(running)))
        schedule.finish(name, ends[name])
    assert schedule.states == model(ir, ends)


@given(graphs(), st.randoms(use_true_random=False))
def test_no_step_is_taken_before_what_it_needs_or_twice(graph, random):
    ir, ends = graph
    schedule = Schedule(ir)
    running: list[str] = []
    taken: list[str] = []
    while not schedule.complete:
        while (step := schedule.take()) is not None:
            needs = {p.name for p in step.parameters} | set(step.after)
            assert needs <= schedule.states.keys()
            taken.append(step.name)
            running.append(step.name)
        name = running.pop(random.randrange(len(running)))
        schedule.finish(name, ends[name])
    assert len(taken) == len(set(taken))


@given(graphs(), st.data())
def test_what_an_earlier_run_did_changes_no_state_and_is_not_taken_again(graph, data):
    ir, ends = graph
    expected = model(ir, ends)
    earlier: dict[str, Any] = {}
    for step in ir.steps:
        needs = {p.name for p in step.parameters} | set(step.after)
        finished = expected[step.name] in ("SUCCEEDED", "SKIPPED")
        if finished and needs <= earlier.keys() and data.draw(st.booleans()):
            earlier[step.name] = expected[step.name]
    schedule = Schedule(ir)
    decided = schedule.take_over(earlier)
    assert earlier.keys().isdisjoint(decided)
    while (step := schedule.take()) is not None:
        assert step.name not in earlier
        schedule.finish(step.name, ends[step.name])
    assert schedule.states == expected


def test_ready_steps_are_taken_in_the_pipelines_order():
    schedule = Schedule(pipeline(*(node(name, [], []) for name in "cab")))
    assert [step.name for step in iter(schedule.take, None)] == ["c", "a", "b"]


def finish_all(schedule: Schedule, ends: dict[str, Any]) -> None:
    while (step := schedule.take()) is not None:
        schedule.finish(step.name, ends.get(step.name, "SUCCEEDED"))


@pytest.mark.parametrize("first", ["skipped", "failed"])
def test_a_failed_need_outranks_a_skipped_one_in_either_order(first):
    schedule = Schedule(
        pipeline(
            node("skipped", [], []),
            node("failed", [], []),
            node("both", ["skipped", "failed"], []),
        )
    )
    schedule.take()
    schedule.take()
    ends = {"skipped": "SKIPPED", "failed": "FAILED"}
    second = next(name for name in ends if name != first)
    assert schedule.finish(first, ends[first]) == {}
    assert schedule.finish(second, ends[second]) == {"both": "UPSTREAM_FAILED"}


def test_a_skipped_gate_lets_its_successors_run_and_a_skipped_producer_does_not():
    schedule = Schedule(
        pipeline(node("gate", [], []), node("guarded", [], ["gate"]), node("reader", ["gate"], []))
    )
    finish_all(schedule, {"gate": "SKIPPED"})
    assert schedule.states == {"gate": "SKIPPED", "guarded": "SUCCEEDED", "reader": "SKIPPED"}


def test_fail_fast_starts_nothing_more():
    ir = pipeline(
        node("a", [], []), node("b", [], []), node("c", ["a"], []), node("d", ["b"], []),
        fail_fast=True,
    )  # fmt: skip
    schedule = Schedule(ir)
    finish_all(schedule, {"a": "FAILED"})
    assert schedule.abandon() == {"b": "NOT_RUN", "d": "NOT_RUN"}
    assert schedule.states["c"] == "UPSTREAM_FAILED"


def test_a_step_that_runs_when_the_schedule_stops_may_still_finish():
    schedule = Schedule(pipeline(node("a", [], []), node("b", ["a"], [])))
    schedule.take()
    schedule.stop()
    assert schedule.finish("a", "SUCCEEDED") == {}
    assert schedule.take() is None
    assert schedule.abandon() == {"b": "NOT_RUN"}
    assert schedule.complete


def test_a_long_chain_of_failures_needs_no_stack():
    steps = [node("s0", [], [])]
    steps += [node(f"s{n}", [f"s{n - 1}"], []) for n in range(1, 5000)]
    schedule = Schedule(pipeline(*steps))
    schedule.take()
    assert len(schedule.finish("s0", "FAILED")) == 4999
