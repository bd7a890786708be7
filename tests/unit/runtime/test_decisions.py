"""Conditions that are asked in one place and obeyed in another."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from flowyml import on_failure, retry, step, unless, when
from flowyml.runtime import FinalFailure, Guard, Task, run_attempt, run_conditions, run_task
from flowyml.storage import ArtifactStore

GUARDS = (Guard(digest="0"), Guard(digest="0", negate=True))


@pytest.fixture
def ask(tmp_path):
    """Run something of a step that is wanted if `first` is true and `second` is not."""

    def run(runner, first, second=False, **more):
        @step
        @when(first if callable(first) else lambda: first)
        @unless(lambda: second)
        @retry(max_attempts=3, delay=0)
        def work():
            return "done"

        return runner(
            Task(step="m:work", digest="0", outputs=("out",), when=GUARDS),
            inputs={},
            context={},
            run_date=datetime(2026, 1, 2, tzinfo=timezone.utc),
            store=ArtifactStore(tmp_path),
            function=work,
            **more,
        )

    return run


def broken():
    raise KeyError("nothing")


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [(True, False, "SUCCEEDED"), (False, False, "SKIPPED"), (True, True, "SKIPPED")],
)
def test_conditions_alone_say_whether_the_step_is_to_run(ask, first, second, state):
    outcome = ask(run_conditions, first, second)
    assert (outcome.state, outcome.outputs) == (state, {})


def test_conditions_that_raise_are_a_failure_with_the_users_error(ask):
    outcome = ask(run_conditions, broken)
    assert outcome.state == "FAILED"
    assert outcome.error.endswith("KeyError: 'nothing'")


@pytest.mark.parametrize("runner", [run_attempt, run_task])
@pytest.mark.parametrize(("decided", "state"), [(True, "SUCCEEDED"), (False, "SKIPPED")])
def test_what_was_decided_elsewhere_is_not_asked_again(ask, runner, decided, state):
    assert ask(runner, broken, decided=decided).state == state


def test_a_condition_that_raises_is_one_attempt_and_final(ask):
    assert ask(run_task, broken).attempts == 1
    with pytest.raises(FinalFailure, match="KeyError: 'nothing'"):
        ask(run_attempt, broken, last=False)
    with pytest.raises(KeyError, match="nothing"):
        ask(run_attempt, broken, last=True)


def test_a_fallback_that_fails_after_a_final_exception_is_final_too(tmp_path):
    @step
    @retry(max_attempts=3, delay=0, on=KeyError)
    @on_failure(lambda error: 1 / 0)
    def work():
        raise RuntimeError("not worth another attempt")

    with pytest.raises(FinalFailure, match="ZeroDivisionError") as failure:
        run_attempt(
            Task(step="m:work", digest="0", outputs=("out",), fallback="0"),
            inputs={},
            context={},
            run_date=datetime(2026, 1, 2, tzinfo=timezone.utc),
            store=ArtifactStore(tmp_path),
            function=work,
            last=False,
        )
    assert isinstance(failure.value.__cause__, ZeroDivisionError)
