"""The log of a task, in the events that Airflow 3.3.2 gives: a step's lines, and its error."""

from __future__ import annotations

from itertools import count

from flowyml_airflow.task_logs import Tail, told

TICKS = count()
AIRFLOW = "/venv/site-packages/airflow/sdk/execution_time/task_runner.py"


def event(text, logger="task.stdout", level="info", **more):
    at = f"2026-11-21T11:42:54.{next(TICKS):06}Z"
    return {"timestamp": at, "event": text, "level": level, "logger": logger, **more}


def frame(file, line, name):
    return {"filename": file, "lineno": line, "name": name}


def failure(kind, value, *frames, is_cause=False):
    return {"exc_type": kind, "exc_value": value, "exc_notes": [], "is_cause": is_cause,
            "frames": [*frames]}  # fmt: skip


class Pages:
    """A place whose log comes in pages, each found by the token of the one before."""

    def __init__(self, pages):
        self.pages = pages

    def find(self, path, *, map_index, token):
        attempt = int(path.rpartition("/")[2])
        pages = self.pages.get(attempt)
        if pages is None:
            return None
        number = int(token or 0)
        more = number + 1 < len(pages)
        return {"content": pages[number], "continuation_token": str(number + 1) if more else None}


def lines(tail, attempt=1, *, ended=True):
    return [(line.text, line.stream) for line in tail.read(attempt, ended=ended)]


def test_lines_are_what_the_users_code_prints_or_warns_of():
    content = [
        {"event": "::group::Log message source details"},
        event("::group::Pre Execute", "task"),
        event("Filling up the DagBag", "airflow.dag_processing.dagbag.BundleDagBag", "warning"),
        event("loading", "task.stdout"),
        event("to err", "task.stderr", "error"),
        event("a hint", "shop", "info"),
        event("a warning", "shop.rows", "warning"),
        event("tasks are fine", "tasks.of.mine", "error"),
    ]
    assert lines(Tail(Pages({1: [content]}), "t", -1)) == [
        ("loading", "stdout"),
        ("to err", "stderr"),
        ("a warning", "stderr"),
        ("tasks are fine", "stderr"),
    ]


def test_a_log_that_grows_is_read_on_from_where_it_was_read_to():
    pages = Pages({1: [[event("one")], [event("two")], [event("three")]]})
    tail = Tail(pages, "t", -1)
    assert lines(tail, ended=False) == [("one", "stdout")]
    assert lines(tail) == [("two", "stdout"), ("three", "stdout")]
    assert lines(tail) == []


def test_a_log_that_comes_in_another_order_when_it_is_whole_is_told_once():
    first, second, third = event("same"), event("same"), event("third")
    pages = Pages({1: [[second]]})
    tail = Tail(pages, "t", -1)
    assert lines(tail, ended=False) == [("same", "stdout")]
    pages.pages[1] = [[first, second, third]]
    assert lines(tail) == [("same", "stdout"), ("third", "stdout")]


def test_the_end_of_an_earlier_attempt_is_not_lost():
    pages = Pages(
        {1: [[event("one")], [event("failed", "task", error_detail=[failure("E", "x")])]]}
    )
    tail = Tail(pages, "t", -1)
    assert lines(tail, ended=False) == [("one", "stdout")]
    pages.pages[2] = [[event("again")]]
    assert lines(tail, 2) == [("again", "stdout")]
    assert tail.error is None


def test_a_log_that_is_not_there_yet_is_read_later():
    pages = Pages({})
    tail = Tail(pages, "t", -1)
    assert lines(tail, ended=False) == []
    pages.pages[1] = [[event("one")]]
    assert lines(tail) == [("one", "stdout")]


def test_a_log_that_airflow_cannot_read_is_passed_on_as_it_is():
    assert lines(Tail(Pages({1: [["one", "two"]]}), "t", -1)) == [
        ("one", "stdout"), ("two", "stdout"),
    ]  # fmt: skip


def test_an_error_is_shown_from_the_users_own_code_on():
    found = failure(
        "ValueError",
        "a negative factor: -1.0",
        frame(AIRFLOW, 1579, "_run_task_and_map_outcome"),
        frame("/dags/shop.airflow.py", 14, "step"),
        frame("/x/flowyml_airflow/worker.py", 67, "run_step"),
        frame("/x/flowyml/runtime/call.py", 232, "_timed"),
        frame("/project/shop.py", 20, "add"),
        frame("/venv/numpy/core.py", 5, "sum"),
    )
    assert told([found]) == (
        "Traceback (most recent call last):\n"
        '  File "/project/shop.py", line 20, in add\n'
        '  File "/venv/numpy/core.py", line 5, in sum\n'
        "ValueError: a negative factor: -1.0"
    )


def test_what_an_error_came_from_comes_first_as_python_shows_it():
    chain = [failure("RuntimeError", "no"), failure("KeyError", "'x'", is_cause=True)]
    assert told(chain) == (
        "KeyError: 'x'\n"
        "\nThe above exception was the direct cause of the following exception:\n\n"
        "RuntimeError: no"
    )


def test_the_word_that_ends_retries_is_airflows_and_not_the_users():
    first = failure("AirflowFailException", "ValueError: x")
    assert told([first, failure("ValueError", "x", is_cause=True)]) == "ValueError: x"


def test_what_a_child_process_saw_is_shown_as_it_saw_it():
    text = 'Traceback (most recent call last):\n  File "/p.py", line 1, in f\nValueError: x\n'
    chain = [failure("ValueError", "x"), failure("ChildTraceback", text, is_cause=True)]
    assert told(chain) == text.strip()
