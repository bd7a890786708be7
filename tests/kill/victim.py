"""A process that runs a pipeline in children of its own, each of which may be killed.

It reads a job a line from standard input, as JSON, and answers with a line. Forking saves each run
the time of importing. A job's `point` is where the child kills itself, the `nth` time that it gets
there; `within` is the step that kills it once begun; its `delay` is the seconds after which it is
killed from outside.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from flowyml import Pipeline, step, unless, when
from flowyml.frontend.project import working_directory
from flowyml.storage import files
from flowyml.storage.files import Partial
from flowyml.storage.records_database import Database
from flowyml.storage.serializers import Spool

POINTS: dict[str, tuple[Any, str]] = {
    "the run's beginning is recorded": (Database, "insert_run"),
    "a hidden file is made": (Partial, "_create"),
    "a piece of a large value is written": (Spool, "_copy"),
    "a small value is written": (files, "_write"),
    "a value gets its name": (files, "_rename"),
    "a step is recorded": (Database, "insert_steps"),
    "a transaction is committed": (DefaultDialect, "do_commit"),
    "the run's end is recorded": (Database, "end_run"),
}
"""The commit points: what is there once each of them is passed, a resume builds on."""


deadly_step: str | None = None


def executed(name: str) -> None:
    """Note an execution, where no kill can take it back; and be killed, if that is asked for."""
    with Path("executed").open("a") as file:
        file.write(f"{name}\n")
    if name == deadly_step:
        os.kill(os.getpid(), signal.SIGKILL)


def large() -> bytes:
    """Give more bytes than are written in one piece."""
    return bytes(range(256)) * 8192


def is_long(rows):
    return len(rows) > 3


@step(outputs=["raw"])
def load():
    executed("load")
    return large()


@step(inputs=["raw"], outputs=["rows"])
def clean(raw):
    executed("clean")
    return list(raw[:5])


@step(inputs=["rows"])
def check(rows):
    executed("check")
    if not rows:
        raise ValueError("no rows")


@step(inputs=["rows"], outputs=["model"])
@when(is_long)
def train(rows):
    executed("train")
    return {"weights": [row * 2 for row in rows]}


@step(inputs=["rows"], outputs=["model"])
@unless(is_long)
def guess(rows):
    executed("guess")
    return {"weights": []}


@step(outputs=["low", "high"])
def bounds():
    executed("bounds")
    return 1, large()[::-1]


@step(inputs=["model", "low", "high"], outputs=["report"])
def report(model, low, high):
    executed("report")
    return [sum(model["weights"]), low, len(high)]


pipeline = Pipeline("victim").add_steps([load, clean, check, train, guess, bounds, report])
REPORT = [20, 1, 256 * 8192]


def deadly(function: Callable[..., Any], when_: str, nth: int) -> Callable[..., Any]:
    """Wrap a function so that the process is killed before or after its nth call."""
    calls = Counter[str]()

    def wrapped(*args: Any, **keywords: Any) -> Any:
        calls["all"] += 1
        due = calls["all"] == nth
        if due and when_ == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **keywords)
        if due:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def counted(counts: Counter[str]) -> None:
    """Count how often each point is passed."""
    for name, (owner, attribute) in POINTS.items():
        original = getattr(owner, attribute)

        def wrapped(*args: Any, _name: str = name, _original: Any = original, **kw: Any) -> Any:
            counts[_name] += 1
            return _original(*args, **kw)

        setattr(owner, attribute, wrapped)


def child(job: dict[str, Any]) -> None:
    """Do a job, in a process of its own."""
    global deadly_step
    os.chdir(job["folder"])
    deadly_step = job.get("within")
    counts = Counter[str]()
    if point := job.get("point"):
        owner, attribute = POINTS[point]
        original = getattr(owner, attribute)
        setattr(owner, attribute, deadly(original, job["when"], job["nth"]))
    elif job.get("count"):
        counted(counts)
    result = pipeline.rerun(job["rerun"]) if job.get("rerun") else pipeline.run()
    if job.get("count"):
        Path("counts").write_text(json.dumps(counts))
    os._exit(0 if result.success else 1)


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Fork, kill if that is asked for, and tell how the child ended."""
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            child(job)
        except BaseException:
            traceback.print_exc()
        os._exit(2)
    if job.get("delay") is not None:
        time.sleep(job["delay"])
        os.kill(pid, signal.SIGKILL)  # a zombie at worst: nobody else has its number yet
    _, status = os.waitpid(pid, 0)
    return {"code": os.waitstatus_to_exitcode(status), "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, working_directory(Path(scratch)):
        pipeline.run(debug=True)  # what this loads, the children have then
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
