"""`sys.exit()` in a step is a failed attempt, whatever its code says."""

from __future__ import annotations

import sys
from datetime import datetime, timezone

import pytest

from flowyml import on_failure, step
from flowyml.runtime import ExitedError, RetryPolicy, Task, run_attempt, run_task
from flowyml.storage import ArtifactStore, load_value

DATE = datetime(2025, 1, 31, tzinfo=timezone.utc)


def leave():
    sys.exit(0)


def given(tmp_path, function, **task):
    return (
        Task(step="m:leave", digest="", outputs=("value",), **task),
        {
            "inputs": {},
            "context": {},
            "run_date": DATE,
            "store": ArtifactStore(str(tmp_path)),
            "function": function,
        },
    )


def test_leaving_is_an_exception_to_a_target_that_repeats_by_itself(tmp_path):
    task, arguments = given(tmp_path, leave)
    with pytest.raises(ExitedError, match=r"sys\.exit\(0\)"):
        run_attempt(task, **arguments)


def test_leaving_is_tried_again(tmp_path):
    task, arguments = given(tmp_path, leave, retry=RetryPolicy(attempts=3))
    outcome = run_task(task, **arguments, sleep=lambda seconds: None)
    assert (outcome.state, outcome.attempts) == ("FAILED", 3)
    assert "in leave" in outcome.error


def test_leaving_is_recovered_from(tmp_path):
    fallen = step(on_failure(lambda error: type(error).__name__)(leave))
    task, arguments = given(tmp_path, fallen)
    outcome = run_task(task, **arguments)
    assert outcome.recovered
    assert load_value(outcome.outputs["value"]) == "ExitedError"
