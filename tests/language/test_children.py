"""What crosses between a step and the child process of its time limit (docs/semantics.md §3)."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flowyml import Pipeline, on_failure, parallel_map, retry, step

UNGUARDED = """
from pathlib import Path
from flowyml import Pipeline, step

class Row:
    pass

@step(outputs=["row"], timeout=600)
def make():
    with Path("calls").open("a") as calls:
        calls.write("called\\n")
    return Row()

@step
def check(row):
    assert type(row) is Row

pipeline = Pipeline("p").add_steps([make, check])
pipeline.run().raise_for_failure()
"""
RUN = {
    "as a script": [sys.executable, "script.py"],
    "by the command line": [Path(sys.executable).with_name("flowyml"), "run", "script.py"],
}


@pytest.mark.parametrize("command", RUN.values(), ids=RUN)
def test_a_child_does_not_run_the_script_that_it_imports(command):
    Path("script.py").write_text(UNGUARDED)
    subprocess.run(command, check=True, timeout=600)
    assert Path("calls").read_text() == "called\n"


class Awkward(Exception):
    """Can be pickled, but not loaded: its `__init__` takes more than it hands on."""

    def __init__(self, place, reason):
        super().__init__(f"{reason} at {place}")
        self.place = place


class Locked(Exception):
    """Cannot be pickled."""

    def __init__(self):
        super().__init__("locked", threading.Lock())
        self.lock = threading.Lock()
        self.place = "here"


def awkward():
    raise Awkward("here", "broken")


def locked():
    raise Locked


FAILING = pytest.mark.parametrize(
    ("function", "said"), [(awkward, "Awkward: broken at here"), (locked, "Locked: locked")]
)


@FAILING
def test_any_exception_leaves_a_child_as_what_it_is(function, said):
    @step(outputs=["said"], timeout=600)
    @retry(max_attempts=2, delay=0, on=(Awkward, Locked))
    @on_failure(lambda error: f"{type(error).__name__}: {error.args[0]} ({error.place})")
    def fails():
        function()

    result = Pipeline("p").add_step(fails).run()
    assert result["fails"] == f"{said} (here)"
    assert result.step_results["fails"].attempts == 2


def test_the_traceback_of_a_child_shows_the_users_line_and_none_of_ours_above_it():
    @step(timeout=600)
    def divide():
        return 1 / 0

    error = Pipeline("p").add_step(divide).run().step_results["divide"].error
    assert "return 1 / 0" in error
    assert "child.py" not in error


def test_leaving_a_child_is_no_success():
    @step(timeout=600)
    def leaves():
        sys.exit(0)

    found = Pipeline("p").add_step(leaves).run().step_results["leaves"]
    assert found.state == "FAILED"
    assert "sys.exit(0) was called instead of returning" in found.error


@FAILING
def test_any_exception_leaves_a_process_of_parallel_map(function, said):
    with pytest.raises((Awkward, Locked)) as raised:
        parallel_map(lambda item: function(), [1], backend="process")
    assert f"{type(raised.value).__name__}: {raised.value.args[0]}" == said


LOCKED = """
import threading
from flowyml import Pipeline, step

lock = threading.Lock()

@step(timeout=600)
def works():
    with lock:
        return "done"

pipeline = Pipeline("p").add_step(works)
"""


def test_a_timed_step_may_use_what_its_module_holds_and_no_pickle_does():
    Path("locked.py").write_text(LOCKED)
    command = [Path(sys.executable).with_name("flowyml"), "run", "locked.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "works  SUCCEEDED" in done.stdout, done.stderr
