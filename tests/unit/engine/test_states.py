"""What becomes of a run, seen through `Pipeline.run()` (docs/semantics.md §1, §3)."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowyml import Pipeline, Step, step
from flowyml.engine import execute, run_pipeline
from flowyml.frontend.trace import functions
from flowyml.storage import ArtifactStore


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


@step(outputs=["left"])
def left(top):
    raise ValueError("left is broken")


@step(outputs=["right"])
def right(top):
    return top + 1


@step(outputs=["top"])
def top():
    return 1


@step
def bottom(left, right):
    return left + right


@step
def aside():
    return "done"


def test_a_failure_reaches_what_depends_on_it_and_nothing_else(stack):
    result = Pipeline("p").add_steps([top, left, right, bottom, aside]).run(stack=stack)
    assert states(result) == {
        "top": "SUCCEEDED",
        "left": "FAILED",
        "right": "SUCCEEDED",
        "bottom": "UPSTREAM_FAILED",
        "aside": "SUCCEEDED",
    }
    assert not result.success
    assert result.state == "FAILED"
    assert result["aside"] == "done"


@pytest.mark.parametrize("workers", [1, 4])
def test_fail_fast_leaves_the_rest(stack, workers):
    stopped = Pipeline("p", fail_fast=True).add_steps([top, left, right, bottom])
    result = run_pipeline(stopped, stack=stack, workers=workers)
    assert result.step_results["left"].state == "FAILED"
    assert result.step_results["bottom"].state == "UPSTREAM_FAILED"
    assert workers > 1 or result.step_results["right"].state == "NOT_RUN"


def test_a_failed_gate_keeps_the_readers_from_running(stack):
    @step(outputs=["data"])
    def load():
        return []

    @step
    def check(data):
        if not data:
            raise ValueError("no data")

    @step(inputs=["data"])
    def train(data):
        return len(data)

    result = Pipeline("p").add_steps([load, check, train]).run(stack=stack)
    assert states(result) == {"load": "SUCCEEDED", "check": "FAILED", "train": "UPSTREAM_FAILED"}


def test_sys_exit_in_a_step_fails_the_step_and_not_the_run(stack):
    @step
    def leaves():
        raise SystemExit(3)

    result = Pipeline("p").add_steps([leaves, aside]).run(stack=stack)
    assert states(result) == {"leaves": "FAILED", "aside": "SUCCEEDED"}
    assert "SystemExit: 3" in result.step_results["leaves"].error


def test_attempts_are_counted(stack, monkeypatch):
    tries = []

    @step(retry=1)
    def flaky():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("try again")
        return "ok"

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    result = Pipeline("p").add_step(flaky).run(stack=stack)
    assert result.step_results["flaky"].attempts == 2
    assert result["flaky"] == "ok"


def test_a_consumer_that_changes_its_input_changes_nobody_elses(stack):
    @step(outputs=["numbers"])
    def numbers():
        kept.append([1, 2])
        return kept[0]

    @step(outputs=["greedy"])
    def greedy(numbers):
        numbers.clear()
        return numbers

    @step(after=["greedy"])
    def modest(numbers):
        return numbers

    kept: list[list[int]] = []
    result = Pipeline("p").add_steps([numbers, greedy, modest]).run(stack=stack)
    assert (result["greedy"], result["modest"], result["numbers"]) == ([], [1, 2], [1, 2])
    assert kept == [[1, 2]]


@pytest.mark.parametrize("value", [None, True, 2**70, "text", b"bytes", (1, ("a", None)), 0.1])
def test_an_immutable_value_is_handed_over_live_and_stored_too(stack, value):
    @step(outputs=["value"])
    def make():
        return value

    @step
    def same(value):
        return value is original

    original = value
    result = Pipeline("p").add_steps([make, same]).run(stack=stack)
    assert result["same"] is True
    assert result.outputs["value"] == value
    assert type(result.outputs["value"]) is type(value)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 7))
    needs = {
        n: draw(st.lists(st.integers(0, n - 1), unique=True)) if n else [] for n in range(count)
    }
    failing = draw(st.sets(st.integers(0, count - 1)))
    return needs, failing, draw(st.permutations(range(count)))


def model(needs, failing):
    """Each step's value is its number plus its inputs; None if it failed, "up" if it never ran."""
    values: dict[int, object] = {}
    for n, wanted in needs.items():
        if any(not isinstance(values[need], int) for need in wanted):
            values[n] = "up"
        else:
            values[n] = None if n in failing else n + sum(values[need] for need in wanted)
    return values


def add(number, failing, *parts):
    if number in failing:
        raise ValueError(number)
    return number + sum(parts)


def make_step(number, needs, failing):
    def run(*parts):
        return add(number, failing, *parts)

    inputs = [f"a{need}" for need in needs]
    return Step(run, name=f"s{number}", inputs=inputs, outputs=[f"a{number}"])


STATES = {type(None): "FAILED", str: "UPSTREAM_FAILED", int: "SUCCEEDED"}


@settings(deadline=None, max_examples=60)
@given(graphs(), st.integers(1, 4))
def test_random_pipelines_end_as_the_plain_model_says_in_any_order_of_adding(graph, workers):
    needs, failing, order = graph
    pipeline = Pipeline("p").add_steps(make_step(n, needs[n], failing) for n in order)
    store = ArtifactStore("memory://states")
    run = execute(pipeline.build(), functions(pipeline), store=store, workers=workers)
    expected = model(needs, failing)
    assert {name: each.state for name, each in run.steps.items()} == {
        f"s{n}": STATES[type(value)] for n, value in expected.items()
    }
    got = {n: run.steps[f"s{n}"].outputs.get(f"a{n}") for n in needs}
    assert {n: store.load(ref) for n, ref in got.items() if ref} == {
        n: value for n, value in expected.items() if isinstance(value, int)
    }


def test_a_store_that_vanishes_fails_the_step_and_not_the_engine(tmp_path):
    class Gone:
        def save(self, name, value):
            raise OSError("the store is gone")

        def load(self, reference):
            raise OSError("the store is gone")

    pipeline = Pipeline("p").add_step(aside)
    run = execute(pipeline.build(), functions(pipeline), store=Gone())
    assert run.steps["aside"].state == "FAILED"
    assert "the store is gone" in run.steps["aside"].error


def test_a_closure_runs_here_though_no_worker_could_import_it(stack):
    made = Step(partial(add, 1, ()), name="made")
    assert Pipeline("p").add_step(made).run(stack=stack)["made"] == 1
