"""How a run's progress is shown: drawn on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import dataclasses
import sys

from flowyml.engine import PlainReporter, Reporter, RichReporter
from flowyml.storage.records import StepRecord


class _Brief(PlainReporter):
    """Leaves tracebacks to the summary, which comes last and has them all."""

    def step_finished(self, step: StepRecord) -> None:
        super().step_finished(dataclasses.replace(step, error=None))


class _BriefDrawn(_Brief, RichReporter):
    """The same on a terminal."""


def reporter(*, brief: bool) -> Reporter:
    """Choose a reporter for standard error.

    Args:
        brief: whether a summary with the tracebacks follows.
    """
    if sys.stderr.isatty():
        return _BriefDrawn() if brief else RichReporter()
    return _Brief() if brief else PlainReporter()
