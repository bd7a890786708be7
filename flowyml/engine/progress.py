"""Reporters: who is told what happens in a run, while it happens.

The engine calls a reporter from several threads, one call at a time. What a step prints comes as
`line_printed`; what a reporter prints itself goes to the real streams.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import Counter, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TextIO

from flowyml.runtime.output import current_printer, printing_to
from flowyml.storage.records import RunHead, RunRecord, StepRecord

if TYPE_CHECKING:
    from flowyml.runtime.output import Stream

_log = logging.getLogger("flowyml")


class Reporter(Protocol):
    """What a reporter is told, in this order for each run and each step."""

    def run_started(self, run: RunHead, steps: Sequence[str]) -> None:
        """A run began; the steps are named in the pipeline's order."""
        ...

    def step_started(self, step: str) -> None:
        """A step began its first attempt."""
        ...

    def items_finished(self, step: str, done: int, total: int) -> None:
        """A map task in this process has done some more of its items: at most once a percent."""
        ...

    def line_printed(self, step: str, line: str, stream: Stream) -> None:
        """A step printed a line."""
        ...

    def step_finished(self, step: StepRecord) -> None:
        """It is decided what became of a step, whether or not it was ever started."""
        ...

    def run_interrupted(self, running: Sequence[str], grace: float) -> None:
        """Ctrl-C was pressed; the steps that run get `grace` seconds to finish."""
        ...

    def run_finished(self, run: RunRecord) -> None:
        """The run ended, and is recorded."""
        ...


class SharedReporter:
    """A reporter for several threads: `with shared as reporter:` lets one at a time talk to it.

    A line that a step prints never waits for others. Who prints may hold a lock that the reporter
    needs, too: that of a logging handler. So another step's thread may pass the line on, and what
    the reporter prints then is no text of that step.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._lock = threading.RLock()
        self._lines: deque[tuple[str, str, Stream]] = deque()
        self._printer = current_printer()  # the one of a dynamic step, if this is a run within it

    def __enter__(self) -> Reporter:
        self._lock.acquire()
        self._pass_on()
        return self._reporter

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        self._pass_on_if_free()

    def line_printed(self, step: str, line: str, stream: Stream) -> None:
        """Tell the reporter of a line now, or have the thread do it that talks to it now."""
        self._lines.append((step, line, stream))
        self._pass_on_if_free()

    def _pass_on_if_free(self) -> None:
        while self._lines and self._lock.acquire(blocking=False):
            try:
                self._pass_on()
            finally:
                self._lock.release()

    def _pass_on(self) -> None:
        while self._lines:
            with printing_to(self._printer):
                self._reporter.line_printed(*self._lines.popleft())


class SilentReporter:
    """Passes on what steps print, each line under its step's name, and says nothing itself."""

    def run_started(self, run: RunHead, steps: Sequence[str]) -> None:
        """Say nothing."""

    def step_started(self, step: str) -> None:
        """Say nothing."""

    def items_finished(self, step: str, done: int, total: int) -> None:
        """Say nothing."""

    def line_printed(self, step: str, line: str, stream: Stream) -> None:
        """Pass the line on to where it was printed."""
        file = getattr(sys, stream)
        if file is not None:
            file.write(f"[{step}] {line}\n")
            file.flush()

    def step_finished(self, step: StepRecord) -> None:
        """Say nothing."""

    def run_interrupted(self, running: Sequence[str], grace: float) -> None:
        """Say nothing."""

    def run_finished(self, run: RunRecord) -> None:
        """Say nothing."""


class LogReporter(SilentReporter):
    """Logs failed steps, with the user's traceback, to the logger `flowyml`; the Python API's."""

    def step_finished(self, step: StepRecord) -> None:
        """Log a failed step."""
        if step.state == "FAILED":
            _log.error("step '%s' failed%s\n%s", step.name, _attempts(step), step.error)

    def run_interrupted(self, running: Sequence[str], grace: float) -> None:
        """Log what is waited for."""
        _log.warning("%s", interrupted(running, grace))


class PlainReporter(SilentReporter):
    """Writes a line for each step as it is decided; for logs and everything that is no terminal.

    Args:
        file: where to write; default: standard error.
    """

    def __init__(self, file: TextIO | None = None) -> None:
        self._file = file

    def run_started(self, run: RunHead, steps: Sequence[str]) -> None:
        """Name the run."""
        self._say(f"{run.pipeline}: {_count(len(steps), 'step')}, run {run.run_id}")

    def step_finished(self, step: StepRecord) -> None:
        """Say what became of the step; a failure with its traceback."""
        self._say(told(step))
        if step.error:
            self._say(step.error)

    def run_interrupted(self, running: Sequence[str], grace: float) -> None:
        """Say what is waited for."""
        self._say(interrupted(running, grace))

    def run_finished(self, run: RunRecord) -> None:
        """Sum the run up."""
        self._say(summed(run))

    def _say(self, text: str) -> None:
        file = self._file or sys.stderr
        file.write(f"{text}\n")
        file.flush()


def told(step: StepRecord) -> str:
    """Say what became of a step, in one line: `train FAILED in 1.20 s after 3 attempts`."""
    if step.started_at is None:
        return f"{step.name} {step.state}"
    return f"{step.name} {step.state} in {step.duration_seconds:.2f} s{_attempts(step)}"


def summed(run: RunRecord) -> str:
    """Sum a run up in one line: `etl FAILED in 2.00 s: 3 SUCCEEDED, 1 FAILED`."""
    counts = Counter(step.state for step in run.steps.values())
    parts = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{run.pipeline} {run.state} in {run.duration_seconds or 0:.2f} s: {parts}"


def interrupted(running: Sequence[str], grace: float) -> str:
    """Say what Ctrl-C does."""
    if not running:
        return "interrupted: no more steps are started"
    names = ", ".join(f"'{name}'" for name in running)
    return (
        f"interrupted: no more steps are started; up to {grace:g} s for {names} to finish "
        "(threads cannot be killed: what still runs then is abandoned; Ctrl-C again ends the wait)"
    )


def _attempts(step: StepRecord) -> str:
    return f" after {step.attempts} attempts" if step.attempts > 1 else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
