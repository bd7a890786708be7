"""Whether the process of a run is still there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone

import pytest

from flowyml.engine.process import running, still_runs, this_process
from flowyml.storage.records import RunHead

NOW = datetime(2025, 2, 1, tzinfo=timezone.utc)


def run(process, state="RUNNING"):
    return RunHead(
        run_id="r",
        pipeline="p",
        snapshot_hash="",
        run_date=NOW,
        started_at=NOW,
        state=state,
        process=process,
    )


def test_this_process_runs_what_it_has_begun_and_not_ended():
    own = run(this_process())
    assert not still_runs(own)
    with running("r"):
        assert still_runs(own)
        assert not still_runs(run(this_process(), state="FAILED"))
    assert not still_runs(own)


def test_another_process_runs_it_until_it_is_gone():
    code = "from flowyml.engine.process import this_process; print(this_process(), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}; input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        name = other.stdout.readline().strip()
        assert still_runs(run(name))
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert not still_runs(run(name)), "a zombie does not run"
    assert not still_runs(run(name))


@pytest.mark.parametrize(
    "process",
    [None, f"{os.getppid()}:0@{this_process().partition('@')[2]}", f"{os.getppid()}:0@elsewhere"],
    ids=["not recorded", "the number of another process", "another machine"],
)
def test_who_cannot_be_it_does_not_run_it(process):
    assert not still_runs(run(process))
