"""`debug=True`: this thread, the pipeline's order, the exception itself."""

from __future__ import annotations

import threading
import traceback

import pytest

from flowyml import Pipeline, Step, map_task, on_failure, step


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


def test_the_traceback_is_the_users_alone(stack):
    @step(timeout=600)
    def divides():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        Pipeline("p").add_step(divides).run(stack=stack, debug=True)
    called = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert called == ["test_the_traceback_is_the_users_alone", "run", "_run", "divides"]


def test_items_are_worked_on_in_the_calling_thread_too(stack):
    seen = []

    @step
    def numbers():
        return [0, 1, 2]

    @map_task(inputs=["numbers"], timeout_per_item=600, concurrency=8)
    def note(n):
        seen.append((n, threading.get_ident()))

    Pipeline("p").add_steps([numbers, note]).run(stack=stack, debug=True)
    assert seen == [(n, threading.get_ident()) for n in range(3)]


def test_a_fallback_is_a_part_of_the_step(stack):
    @step(retry=5)
    @on_failure(lambda error: str(error))
    def fails():
        raise ValueError("once")

    result = Pipeline("p").add_step(fails).run(stack=stack, debug=True)
    assert (result["fails"], result.step_results["fails"].attempts) == ("once", 1)


def test_an_executor_has_no_say(stack):
    here = step(lambda: threading.get_ident(), name="here")
    pipeline = Pipeline("p", executor="process").add_step(here)
    assert pipeline.run(stack=stack, debug=True)["here"] == threading.get_ident()


@pytest.mark.parametrize("wrong", ["yes", 1, None])
def test_it_is_on_or_off(stack, wrong):
    pipeline = Pipeline("p").add_step(Step(lambda: 1, name="s"))
    with pytest.raises(TypeError, match="debug= takes True or False"):
        pipeline.run(stack=stack, debug=wrong)
