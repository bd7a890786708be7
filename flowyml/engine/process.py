"""Which process runs a run: tells a run that was killed from one that still runs."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from flowyml.storage.records import RunHead

_HERE: set[str] = set()


def this_process() -> str:
    """Name this process, like no other one of any time: `pid:start@host`."""
    return f"{os.getpid()}:{_started(os.getpid())}@{platform.node()}"


@contextmanager
def running(run_id: str) -> Generator[None]:
    """Mark that this process runs a run."""
    _HERE.add(run_id)
    try:
        yield
    finally:
        _HERE.discard(run_id)


def still_runs(run: RunHead) -> bool:
    """Tell whether a run whose record never ended is still at work.

    Of a process on another machine nothing can be known; it counts as gone.
    """
    if run.process is None or run.state != "RUNNING":
        return False
    if run.process == this_process():
        return run.run_id in _HERE
    started, _, host = run.process.partition(":")[2].partition("@")
    return host == platform.node() and _lives(number(run)) and _started(number(run)) == started


def number(run: RunHead) -> int:
    """Give the number of the process that ran a run; 0 if it is not known."""
    return int((run.process or "0").partition(":")[0])


def _started(pid: int) -> str:
    """Give when a process started, in ticks since the machine did: numbers of processes come again.

    Only Linux says so; elsewhere it is empty.
    """
    with suppress(OSError):
        return _status(pid)[19]
    return ""


def _lives(pid: int) -> bool:
    """Tell whether there is such a process, and it is no zombie."""
    with suppress(OSError):
        return _status(pid)[0] not in ("Z", "X")
    if sys.platform in ("linux", "win32"):  # on Windows, os.kill would end it
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True


def _status(pid: int) -> list[str]:
    """Read the fields of /proc/PID/stat from the third one on: the second may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
