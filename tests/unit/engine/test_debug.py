"""`debug=True`: this thread, the pipeline's order, the exception itself."""

from __future__ import annotations

import threading
import traceback

import pytest

from flowyml import Pipeline, Step, step


def test_steps_run_in_the_calling_thread_in_order(stack):
    seen = []
    pipeline = Pipeline("p").add_steps(
        Step(lambda n=n: seen.append((n, threading.get_ident())), name=f"s{n}") for n in range(5)
    )
    assert pipeline.run(stack=stack, debug=True).success
    assert seen == [(n, threading.get_ident()) for n in range(5)]


def test_prints_are_left_alone(stack, capsys):
    Pipeline("p").add_step(Step(lambda: print("plain"), name="s")).run(stack=stack, debug=True)
    assert capsys.readouterr().out == "plain\n"


@step(retry=5)
def breaks():
    tries.append(1)
    raise ValueError("here")


tries: list[int] = []


def test_the_first_exception_is_raised_where_it_happened_and_recorded(stack):
    ran = []
    pipeline = Pipeline("p").add_steps(
        [breaks, Step(lambda breaks: 1, name="needs"), Step(lambda: ran.append(1), name="later")]
    )
    tries.clear()
    with pytest.raises(ValueError, match="here") as caught:
        pipeline.run(stack=stack, debug=True)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "breaks"
    assert tries == [1]  # once, though it may be retried: the first error is what is looked for
    assert ran == []
    with stack.records() as records:
        run = records.get(records.list()[0].run_id)
    assert run.state == "FAILED"
    assert {name: each.state for name, each in run.steps.items()} == {
        "breaks": "FAILED",
        "needs": "UPSTREAM_FAILED",
        "later": "NOT_RUN",
    }


def test_ctrl_c_is_raised_and_the_run_recorded_as_interrupted(stack):
    @step
    def pressed():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pipeline("p").add_step(pressed).run(stack=stack, debug=True)
    with stack.records() as records:
        assert records.list()[0].state == "INTERRUPTED"
