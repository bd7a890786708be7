"""Ctrl-C, for real: a SIGINT to a process that runs a pipeline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flowyml import LocalStack, Pipeline, Step
from flowyml.engine import SilentReporter, execute, run_pipeline
from flowyml.engine.interrupts import interrupts_held
from flowyml.frontend.trace import functions
from flowyml.storage.records import RunRecord

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")

SCRIPT = """
import sys, threading
from flowyml import LocalStack, Pipeline, Step
from flowyml.engine import PlainReporter, execute, run_pipeline

def first():
    return "kept"

def running(first):
    print("is running", flush=True)
    {wait}
    return "finished"

def never(running):
    return 1

execute.__kwdefaults__["grace"] = 600  # the step's end ends the wait, and not the clock
pipeline = Pipeline("p").add_steps([Step(first), Step(running), Step(never)])
run_pipeline(pipeline, stack=LocalStack("artifacts", "metadata.db"), reporter=PlainReporter())
print("not reached")
"""


def start(folder: Path, wait: str) -> subprocess.Popen[str]:
    """Start the script and wait until its second step runs."""
    (folder / "script.py").write_text(SCRIPT.replace("{wait}", wait))
    child = subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "[running] is running\n"
    return child


def press(child: subprocess.Popen[str]) -> None:
    """Press Ctrl-C and wait until the run has noticed."""
    child.send_signal(signal.SIGINT)
    assert child.stderr is not None
    assert any("interrupted: no more steps" in line for line in iter(child.stderr.readline, ""))


def end(child: subprocess.Popen[str]) -> None:
    out, err = child.communicate(timeout=600)
    assert child.returncode == -signal.SIGINT
    assert "not reached" not in out
    assert err.rstrip().endswith("KeyboardInterrupt")


def recorded(folder: Path) -> RunRecord:
    with LocalStack(folder / "artifacts", folder / "metadata.db").records() as records:
        return records.get(records.list()[0].run_id)


def test_running_steps_finish_and_no_more_start(tmp_path):
    child = start(
        tmp_path,
        "import pathlib, time\n    while not pathlib.Path('go').exists(): time.sleep(0.01)",
    )
    press(child)
    (tmp_path / "go").touch()
    end(child)
    run = recorded(tmp_path)
    assert run.state == "INTERRUPTED"
    assert {name: step.state for name, step in run.steps.items()} == {
        "first": "SUCCEEDED",
        "running": "SUCCEEDED",
        "never": "NOT_RUN",
    }


def test_a_step_that_never_ends_is_abandoned_and_keeps_nobody(tmp_path):
    child = start(tmp_path, "threading.Event().wait()")
    press(child)
    child.send_signal(signal.SIGINT)  # a second time: do not wait the grace
    end(child)
    run = recorded(tmp_path)
    assert run.state == "INTERRUPTED"
    assert run.steps["first"].state == "SUCCEEDED"
    assert run.steps["running"].state == "FAILED"
    assert "Ctrl-C" in (run.steps["running"].error or "")
    assert run.steps["never"].state == "UPSTREAM_FAILED"


def test_the_grace_ends_by_itself(tmp_path):
    stuck, stop = threading.Event(), threading.Event()

    def wait() -> None:
        stuck.set()
        stop.wait(timeout=600)

    class Pressed(SilentReporter):
        def step_started(self, step: str) -> None:
            threading.Thread(target=press_here).start()

    def press_here() -> None:
        assert stuck.wait(timeout=600)
        os.kill(os.getpid(), signal.SIGINT)

    pipeline = Pipeline("p").add_step(Step(wait))
    stack = LocalStack(tmp_path / "artifacts", tmp_path / "metadata.db")
    with stack.records() as records, pytest.raises(KeyboardInterrupt):
        execute(
            pipeline.build(),
            functions(pipeline),
            store=stack.artifacts(),
            records=records,
            reporter=Pressed(),
            grace=0,
        )
    stop.set()
    assert recorded(tmp_path).steps["wait"].state == "FAILED"


def test_what_must_be_whole_is_finished_first():
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_held():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("whole")
    assert done == ["whole"]


def test_holding_does_nothing_in_another_thread():
    done = []

    def hold() -> None:
        with interrupts_held():
            done.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=hold)
    thread.start()
    thread.join()
    assert done == [signal.getsignal(signal.SIGINT)]


@pytest.mark.parametrize(
    ("moment", "state"), [("run_started", "INTERRUPTED"), ("run_finished", "SUCCEEDED")]
)
def test_the_record_is_whole_whenever_it_is_pressed(tmp_path, moment, state):
    class Pressed(SilentReporter):
        def __getattribute__(self, name):
            if name == moment:
                os.kill(os.getpid(), signal.SIGINT)
            return super().__getattribute__(name)

    stack = LocalStack(tmp_path / "artifacts", tmp_path / "metadata.db")
    pipeline = Pipeline("p").add_step(Step(lambda: 1, name="s"))
    with pytest.raises(KeyboardInterrupt):
        run_pipeline(pipeline, stack=stack, reporter=Pressed())
    assert recorded(tmp_path).state == state


IMPORTED = """
import time
from flowyml import LocalStack, Pipeline, step

@step
def running():
    print("is running", flush=True)
    time.sleep(300)

@step
def other():
    print("started after Ctrl-C")

Pipeline("p").add_steps([running, other]).run(stack=LocalStack("artifacts", "metadata.db"))
"""


def test_ctrl_c_ends_a_run_within_an_import(tmp_path):
    """There steps run on the thread that imports, and that hears of Ctrl-C."""
    (tmp_path / "imported.py").write_text(IMPORTED)
    child = subprocess.Popen(
        [sys.executable, "-c", "import imported"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "[running] is running\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=600)
    assert (child.returncode, out) == (-signal.SIGINT, "")
    assert err.rstrip().endswith("KeyboardInterrupt")
    run = recorded(tmp_path)
    assert run.state == "INTERRUPTED"
    assert {name: step.state for name, step in run.steps.items()} == {
        "running": "FAILED",
        "other": "NOT_RUN",
    }
