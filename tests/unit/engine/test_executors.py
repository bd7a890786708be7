"""Executors when a run stops early: what has not begun is taken back, what runs may finish."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flowyml import LocalStack, Pipeline, Step
from flowyml.engine.executors import Processes, Submitted, opened
from flowyml.runtime.away_process import read, write


def test_a_step_that_waits_in_an_executor_does_not_run_after_fail_fast(stack):
    ran = []

    def fails():
        raise RuntimeError

    steps = [Step(fails), *(Step(lambda n=n: ran.append(n), name=f"s{n}") for n in range(5))]
    with ThreadPoolExecutor(1) as executor:
        blocked = threading.Event()
        executor.submit(blocked.wait)  # so that all six steps wait before the first begins

        class Full(threading.Thread):
            def run(self):
                while executor._work_queue.qsize() < 6:
                    threading.Event().wait(0.01)
                blocked.set()

        full = Full()
        full.start()
        pipeline = Pipeline("p", executor=executor, fail_fast=True).add_steps(steps)
        result = pipeline.run(stack=stack)
        full.join()
    states = [result.step_results[f"s{n}"].state for n in range(5)]
    assert states == ["SUCCEEDED" if n in ran else "NOT_RUN" for n in range(5)]
    assert result.step_results["fails"].state == "FAILED"


def test_what_is_made_here_ends_here_and_nothing_else():
    with opened("process") as place:
        assert isinstance(place, Processes)
    with ThreadPoolExecutor() as executor:
        with opened(executor) as place:
            assert isinstance(place, Submitted)
        assert executor.submit(abs, -1).result() == 1
    for none in (None, "thread"):
        with opened(none) as place:
            assert place is None


def test_messages_are_whole_or_none(tmp_path):
    path = tmp_path / "messages"
    with path.open("wb") as file:
        write(file, b"first")
        write(file, b"")
        write(file, b"second")
    path.write_bytes(path.read_bytes()[:-1])
    with path.open("rb") as file:
        assert [read(file), read(file), read(file), read(file)] == [b"first", b"", None, None]


SCRIPT = """
import os, subprocess, sys, time
from pathlib import Path
from flowyml import LocalStack, Pipeline, step
from flowyml.engine import execute

@step{timeout}
def running():
    Path("pids").write_text(f"{os.getpid()} {os.getppid()}")
    Path("pids").rename("begun")
    while not Path("go").exists():
        time.sleep(0.01)
    return "finished"

@step
def never(running):
    return 1

execute.__kwdefaults__["grace"] = 600  # the step's end ends the wait, and not the clock
pipeline = Pipeline("p", executor="process").add_steps([running, never])
pipeline.run(stack=LocalStack("artifacts", "metadata.db"))
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")


def begun(folder, timeout=""):
    """Start the script in a session of its own, and wait until its step runs."""
    (folder / "script.py").write_text(SCRIPT.replace("{timeout}", timeout))
    child = subprocess.Popen(
        [sys.executable, "script.py"], cwd=folder, stderr=subprocess.PIPE, text=True
    )
    while not (folder / "begun").exists():
        assert child.poll() is None, child.stderr.read()
        threading.Event().wait(0.01)
    return child, [int(pid) for pid in (folder / "begun").read_text().split()]


def gone(pid):
    """Wait until a process is gone; the test's own time limit ends the wait."""
    while Path(f"/proc/{pid}").exists() and "Z" not in _state(pid):
        threading.Event().wait(0.01)
    return True


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while it was read
        return "Z"


@posix
def test_ctrl_c_lets_a_step_in_a_process_finish(tmp_path):
    child, (pid, _) = begun(tmp_path)
    child.send_signal(signal.SIGINT)
    assert any("interrupted: no more steps" in line for line in iter(child.stderr.readline, ""))
    (tmp_path / "go").touch()
    child.communicate(timeout=600)
    assert child.returncode == -signal.SIGINT
    with LocalStack(tmp_path / "artifacts", tmp_path / "metadata.db").records() as records:
        run = records.get(records.list()[0].run_id)
    assert run.state == "INTERRUPTED"
    assert {name: step.state for name, step in run.steps.items()} == {
        "running": "SUCCEEDED",
        "never": "NOT_RUN",
    }
    assert gone(pid)


@posix
@pytest.mark.skipif(not Path("/proc").exists(), reason="asks Linux for its processes")
@pytest.mark.parametrize("timeout", ["", "(timeout=500)"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_engine(tmp_path, timeout, how):
    child, pids = begun(tmp_path, timeout)
    child.send_signal(how)
    if how == signal.SIGINT:
        assert any("interrupted: no more steps" in line for line in iter(child.stderr.readline, ""))
        child.send_signal(how)  # a second time: do not wait the grace
    child.communicate(timeout=600)
    for pid in pids if timeout else pids[:1]:
        assert pid != os.getpid()
        assert gone(pid)
