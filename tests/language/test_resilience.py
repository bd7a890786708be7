"""`retry`, `on_failure` and `timeout` (docs/semantics.md §3)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from flowyml import Pipeline, on_failure, retry, step


def run(*steps, **values):
    return Pipeline.from_steps(*steps, name="p").run(context=values or None)


def failing(times, error=RuntimeError):
    """A function that fails so often, then gives the number of its calls."""
    calls = []

    def flaky():
        calls.append(1)
        if len(calls) <= times:
            raise error(f"failure {len(calls)}")
        return len(calls)

    return flaky


@pytest.mark.parametrize(
    ("fails", "state", "attempts"), [(0, "SUCCEEDED", 1), (2, "SUCCEEDED", 3), (9, "FAILED", 3)]
)
def test_a_step_is_tried_at_most_so_often(fails, state, attempts):
    result = run(step(retry(max_attempts=3, delay=0)(failing(fails))))
    found = result.step_results["flaky"]
    assert (found.state, found.attempts) == (state, attempts)


def test_retry_stands_over_or_under_step_and_in_its_keyword():
    over = retry(max_attempts=2, delay=0)(step(failing(1), name="over"))
    under = step(retry(max_attempts=2, delay=0)(failing(1)), name="under")
    keyword = step(failing(0), name="keyword", retry=1)
    result = run(over, under, keyword)
    assert {n: s.attempts for n, s in result.step_results.items()} == {
        "over": 2,
        "under": 2,
        "keyword": 1,
    }
    assert keyword.retry.max_attempts == 2


def test_saying_twice_how_to_retry_is_an_error():
    with pytest.raises(TypeError, match="@retry is given twice"):
        step(retry()(failing(0)), retry=1)
    with pytest.raises(TypeError, match="@on_failure is given twice"):
        on_failure(len)(on_failure(len)(step(failing(0))))


def test_an_exception_outside_on_is_final():
    policy = retry(max_attempts=3, delay=0, on=(ConnectionError, TimeoutError))
    result = run(
        step(policy(failing(1, KeyError)), name="final"),
        step(policy(failing(1, TimeoutError)), name="again"),
    )
    assert [(s.state, s.attempts) for s in result.step_results.values()] == [
        ("FAILED", 1),
        ("SUCCEEDED", 2),
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"max_attempts": 0}, ValueError, "tried at least once"),
        ({"max_attempts": 1.5}, TypeError, "whole number"),
        ({"delay": -1}, ValueError, "not negative"),
        ({"backoff": -2.0}, ValueError, "not negative"),
        ({"max_delay": float("nan")}, ValueError, "must be a number"),
        ({"on": "ValueError"}, TypeError, "exception classes"),
    ],
)
def test_wrong_retry_arguments_say_what_is_right(arguments, error, said):
    with pytest.raises(error, match=said):
        retry(**arguments)


def test_the_fallback_gives_the_output_after_the_last_attempt():
    seen = {}

    def fallback(x, error):
        seen.update(x=x, error=error)
        return x * 10

    @step(outputs=["out"])
    @retry(max_attempts=2, delay=0)
    @on_failure(fallback)
    def broken(x=3):
        raise RuntimeError("no")

    @step
    def reads(out):
        return out

    result = run(broken, reads)
    found = result.step_results["broken"]
    assert (found.state, found.recovered, found.attempts) == ("SUCCEEDED", True, 2)
    assert result["reads"] == 30
    assert seen["x"] == 3
    assert str(seen["error"]) == "no"


def test_a_fallback_is_not_called_when_a_later_attempt_succeeds():
    result = run(step(on_failure(lambda: 99)(retry(delay=0)(failing(1)))))
    assert (result["flaky"], result.step_results["flaky"].recovered) == (2, False)


def test_a_fallback_that_raises_fails_the_step_with_both_errors():
    def fallback():
        raise KeyError("second")

    found = run(step(on_failure(fallback)(failing(9)))).step_results["flaky"]
    assert found.state == "FAILED"
    assert "RuntimeError: failure 1" in found.error
    assert "KeyError: 'second'" in found.error


def test_a_fallback_takes_no_more_than_its_own_parameters():
    @step
    @on_failure(lambda: "none")
    def broken(x=1, y=2):
        raise RuntimeError

    assert run(broken)["broken"] == "none"


def sleeps():
    time.sleep(60)


def spins():
    while True:
        pass


def never_returns_from_c():
    lock = threading.Lock()
    lock.acquire()
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], check=False)


@pytest.mark.parametrize("function", [sleeps, spins, never_returns_from_c])
def test_a_step_that_takes_too_long_is_ended(function):
    found = run(step(function, timeout=1)).step_results[function.__name__]
    assert found.state == "FAILED"
    assert f"step '{function.__name__}' took longer than its timeout of 1 s" in found.error


def test_the_whole_process_group_is_gone():
    def starts_a_child(path):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(900)"])
        Path(path).with_name("writing").write_text(f"{os.getpid()} {child.pid}")
        Path(path).with_name("writing").rename(path)
        child.wait()

    for seconds in (1, 10, 100, 1000):  # as a slow machine needs to get that far
        timed = step(starts_a_child, timeout=seconds)
        assert not run(timed, path=str(Path("pids").resolve())).success
        if Path("pids").exists():
            break
    for pid in map(int, Path("pids").read_text().split()):
        while not gone(pid):  # a moment at most; the test's own time limit ends the wait
            threading.Event().wait(0.01)


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_within_its_time_a_step_is_as_any_other(capfd):
    captured = [1, 2]

    @step(outputs=["a", "b"], timeout=600)
    def pair(x=1):
        print("from the child")
        return {"a": (x, captured), "b": None}

    result = run(pair)
    assert result["pair"] == {"a": (1, [1, 2]), "b": None}
    assert "[pair] from the child" in capfd.readouterr().out


def test_what_a_child_raises_is_raised_and_a_time_out_is_worth_another_attempt():
    @step(timeout=600)
    def broken():
        raise ValueError("from the child")

    tried = step(retry(max_attempts=2, delay=0)(sleeps), timeout=0.5)
    result = run(broken, tried)
    assert "ValueError: from the child" in result.step_results["broken"].error
    assert result.step_results["sleeps"].attempts == 2


def test_a_child_that_dies_is_a_failed_attempt():
    @step(timeout=600)
    def dies():
        os._exit(7)

    found = run(dies).step_results["dies"]
    assert "the process of step 'dies' ended with exit code 7 without a result" in found.error


@pytest.mark.parametrize(
    ("timeout", "error"), [(0, ValueError), (-1, ValueError), ("1", TypeError)]
)
def test_a_timeout_is_a_positive_number_of_seconds(timeout, error):
    with pytest.raises(error, match="timeout"):
        step(sleeps, timeout=timeout)


def test_a_fallback_gets_the_default_that_its_step_had():
    @step
    @on_failure(lambda limit: limit)
    def broken(limit=5):
        raise RuntimeError

    other = step(lambda limit=6: limit, name="other")
    assert Pipeline.from_steps(broken, other, name="p").run()["broken"] == 5
