"""How a run's progress is shown: drawn on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Sequence

from flowyml.engine import PlainReporter, Reporter, RichReporter
from flowyml.storage.records import RunHead, RunRecord, StepRecord


class _Brief(PlainReporter):
    """Leaves tracebacks to the summary, which comes last and has them all."""

    def step_finished(self, step: StepRecord) -> None:
        super().step_finished(dataclasses.replace(step, error=None))


class _BriefDrawn(_Brief, RichReporter):
    """The same on a terminal, where the summary follows what is drawn at once."""

    def run_finished(self, run: RunRecord) -> None:  # noqa: ARG002 - a reporter's signature
        self.stop()


class _Quiet(PlainReporter):
    """Says nothing of its own, unless Ctrl-C was pressed; what steps print is theirs."""

    def run_started(self, run: RunHead, steps: Sequence[str]) -> None:
        """Say nothing."""

    def step_finished(self, step: StepRecord) -> None:
        """Say nothing."""

    def run_finished(self, run: RunRecord) -> None:
        """Say nothing."""


def reporter(*, brief: bool, debug: bool = False, quiet: bool = False) -> Reporter:
    """Choose a reporter for standard error.

    Args:
        brief: whether a summary with the tracebacks follows.
        debug: whether a debugger may ask on the terminal, so that nothing must be drawn on it.
        quiet: whether only steps are to be heard.
    """
    if not quiet and not debug and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return _BriefDrawn() if brief else RichReporter()
    return plain_reporter(brief=brief, quiet=quiet)


def plain_reporter(*, brief: bool, quiet: bool = False) -> Reporter:
    """Choose a reporter that draws nothing; takes what `reporter` takes."""
    if quiet:
        return _Quiet()
    return _Brief() if brief else PlainReporter()
