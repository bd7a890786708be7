"""Follow a run that happens elsewhere: tell the reporter what happens, and keep the record."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone

from flowyml.backend import RemoteRun, Sighting
from flowyml.deploy.errors import TargetError, UnreachableError
from flowyml.engine.interrupts import interrupts_held
from flowyml.engine.progress import Reporter
from flowyml.ir import PipelineIR
from flowyml.runtime.outcome import metrics_in
from flowyml.runtime.output import Stream
from flowyml.storage import MissingBlobError, Reference, StoreError, load_asset
from flowyml.storage.records import RunHead, RunRecord, RunRecords, StepRecord

BETWEEN = 1.0
"""Seconds between two looks at a run."""

SMALL = 100_000
"""Bytes of a stored value that may be a figure, or a few."""

PATIENCE = 120
"""Looks in a row that may fail before the run counts as lost sight of."""


_log = logging.getLogger("flowyml")


class LostSightError(TargetError):
    """A run goes on elsewhere, and cannot be seen from here any more."""


class Followed:
    """One run that is followed.

    Args:
        ir: the checked IR that runs.
        head: the beginning of its record.
        records: where it is recorded.
        reporter: who is told what happens.
        done: what is recorded of its steps already.
        metrics: whether the figures among the outputs are recorded.
        pause: waits between two looks, in seconds.
    """

    def __init__(
        self,
        ir: PipelineIR,
        head: RunHead,
        records: RunRecords,
        reporter: Reporter,
        *,
        done: Mapping[str, StepRecord] | None = None,
        metrics: bool = True,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._head = head
        self._records = records
        self._reporter = reporter
        self._pause = pause
        self._metrics = metrics
        self._digests = {step.name: step.function.digest for step in ir.steps}
        self._positions = {step.name: number for number, step in enumerate(ir.steps)}
        self._done = dict(done or {})
        self._begun = {*self._done}

    def to_the_end(self, remote: RemoteRun) -> RunRecord:
        """Look again and again until the run has ended.

        Raises:
            LostSightError: too many looks in a row have failed.
            TargetError: the target does not let us look any more.
        """
        self._reporter.run_started(self._head, [*self._positions])
        seen = self._look(remote)
        while seen.state == "RUNNING":
            self._pause(BETWEEN)
            seen = self._look(remote)
        return self._end(seen)

    def _look(self, remote: RemoteRun) -> Sighting:
        for _ in range(PATIENCE - 1):
            try:
                return self._noted(remote.look())
            except UnreachableError:
                self._pause(BETWEEN)
        try:
            return self._noted(remote.look())
        except UnreachableError as error:
            raise LostSightError(f"{error}; the run goes on at {self._head.url}") from error

    def _noted(self, seen: Sighting) -> Sighting:
        """Tell and record what is new."""
        fresh = {*seen.running, *seen.steps} - self._begun
        for name in sorted(fresh, key=self._positions.__getitem__):
            self._begun.add(name)
            if name in seen.running or seen.steps[name].attempts:
                self._reporter.step_started(name)
        names = sorted(seen.steps.keys() - self._done.keys(), key=self._positions.__getitem__)
        new = [self._completed(seen.steps[name]) for name in names]
        with interrupts_held():
            self._records.finish_steps(
                self._head.run_id, [(self._positions[step.name], step) for step in new]
            )
            self._done.update((step.name, step) for step in new)
        self._tell(seen, new)
        return seen

    def _tell(self, seen: Sighting, ended: Sequence[StepRecord]) -> None:
        """Tell what is new since the last look: what a step printed, before that it ended."""
        for each in ended:
            self._print(line for line in seen.lines if line[0] == each.name)
            self._reporter.step_finished(each)
        names = {each.name for each in ended}
        self._print(line for line in seen.lines if line[0] not in names)

    def _print(self, lines: Iterable[tuple[str, str, Stream]]) -> None:
        for step, line, stream in lines:
            self._reporter.line_printed(step, line, stream)

    def _completed(self, step: StepRecord) -> StepRecord:
        """Add to a record what is known here alone."""
        metrics = figures(step.outputs) if self._metrics else {}
        return dataclasses.replace(step, digest=self._digests[step.name], metrics=metrics)

    def _end(self, seen: Sighting) -> RunRecord:
        ended_at = datetime.now(timezone.utc)
        run = self._head.end(
            seen.state,
            {name: self._done[name] for name in self._positions},
            ended_at=ended_at,
            duration_seconds=(ended_at - self._head.started_at).total_seconds(),
        )
        self._records.finish(run)
        self._reporter.run_finished(run)
        return run


def figures(outputs: Mapping[str, Reference]) -> dict[str, float]:
    """Find the metrics among stored outputs; a store that cannot be read from here is logged."""
    found: dict[str, float] = {}
    for name, reference in outputs.items():
        if reference.format == "json" and reference.size <= SMALL:
            try:
                found |= metrics_in(name, load_asset(reference))
            except (StoreError, MissingBlobError) as error:
                _log.warning("the metrics in '%s' are not recorded: %s", name, error)
    return found
