"""Execute a checked IR: the one loop behind `Pipeline.run()` and the local backend."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from flowyml.diagnostics import UsageError
from flowyml.engine.beginning import new_run
from flowyml.engine.executors import Place, opened
from flowyml.engine.interrupts import interrupts_held
from flowyml.engine.process import running
from flowyml.engine.progress import Reporter, SharedReporter, SilentReporter
from flowyml.engine.resume import FROM_THE_START, Checkpoints
from flowyml.engine.schedule import Schedule
from flowyml.engine.steps import StepRunner, unmeasured
from flowyml.engine.threads import Crew, run_here, settle
from flowyml.engine.tracking import Tracking
from flowyml.engine.values import RunStore
from flowyml.ir import PipelineIR
from flowyml.runtime import Cache, ValueStore
from flowyml.runtime.output import routed
from flowyml.storage.records import (
    RecordsError,
    RunHead,
    RunRecord,
    RunRecords,
    RunState,
    StepRecord,
)

GRACE = 5.0
"""Seconds that running steps get to finish after Ctrl-C, unless told otherwise."""

_BATCH = 250
"""Cached steps that are committed to the record at once."""

_BAD = frozenset({"FAILED", "UPSTREAM_FAILED"})


def execute(
    ir: PipelineIR,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    *,
    store: ValueStore,
    records: RunRecords | None = None,
    context: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    debug: bool = False,
    reporter: Reporter | None = None,
    executor: Executor | str | None = None,
    workers: int | None = None,
    grace: float = GRACE,
    tracking: Tracking | None = None,
    metrics: bool = True,
    checkpoints: Checkpoints = FROM_THE_START,
    cache: Cache | None = None,
) -> RunRecord:
    """Run a checked IR here.

    Args:
        ir: what to run.
        functions: the functions by step name; one that is missing is imported by its entrypoint.
        store: where values are kept.
        records: where the run is recorded; None records nothing.
        context: overrides of context values, for this run only.
        inputs: values for the parameters that read `run(inputs=…)`.
        run_date: the aware date that the run is for; None is the start.
        debug: run in this thread, in the pipeline's order, each step once, and leave alone what
            steps print; the first exception is raised as it is.
        reporter: who is told what happens; None passes on what steps print, and no more.
        executor: where user code is called, as `Pipeline` takes it; not with `debug`.
        workers: how many steps may run at once; None goes by the executor, and is for threads four
            more than there are processors, at most 32.
        grace: seconds that running steps get to finish after Ctrl-C.
        tracking: finds out what the run runs with; None records none of it.
        metrics: whether the figures among the outputs are recorded.
        checkpoints: how the run can be gone on with, and from which one it goes on; what that one
            was given is given again, under `context`, `inputs` and `run_date`.
        cache: where results are found and kept; None runs every step, and so does `debug`.

    Returns:
        What became of the run and of every step.

    Raises:
        CompileError: what is wrong with the overrides or inputs, before anything runs.
        UsageError: a date without a time zone, or fewer than one worker.
        RecordsError: the run cannot be recorded.
        KeyboardInterrupt: Ctrl-C, once the record says so.
        BaseException: with `debug`, what a step raised.
    """
    values = RunStore(store)
    head = new_run(ir, context or {}, inputs or {}, run_date, checkpoints, tracking, values)
    run = _Run(ir, head, SharedReporter(reporter or SilentReporter()), records, tracking)
    run.take_over(checkpoints.taken, metrics=metrics)
    with opened(None if debug else executor) as place:
        steps = StepRunner(
            ir,
            head,
            run.done,
            store=values,
            functions=functions or {},
            reporter=run.reporter,
            metrics=metrics,
            place=place,
            again=checkpoints.again,
            cache=None if debug else cache,
        )
        if debug:
            return run.carry_out(lambda: run_here(run.schedule, steps.run_once, run.finished))
        crew = _crew(run, steps, workers, place)
        return run.carry_out(lambda: run.with_crew(crew, grace))


class _Run:
    """One run: what is done so far, and everybody who has to know."""

    def __init__(
        self,
        ir: PipelineIR,
        head: RunHead,
        reporter: SharedReporter,
        records: RunRecords | None,
        tracking: Tracking | None,
    ) -> None:
        self.schedule = Schedule(ir)
        self.reporter = reporter
        self.done: dict[str, StepRecord] = {}
        self._names = [step.name for step in ir.steps]
        self._head = head
        self._records = records
        self._tracking = tracking
        self._unwritten: list[tuple[int, StepRecord]] = []
        self._started = False
        self._taken: list[StepRecord] = []
        self._began = time.perf_counter()

    def carry_out(self, work: Callable[[], None]) -> RunRecord:
        """Do the work between the record's beginning and its end, which follows in every case."""
        try:
            with interrupts_held():
                self._start()
            with running(self._head.run_id):
                work()
        except KeyboardInterrupt:
            self._end("INTERRUPTED")
            raise
        except BaseException:
            if self._started:
                with suppress(RecordsError):  # it may be what went wrong
                    self._end("FAILED")
            raise
        return self._end(None)

    def take_over(self, steps: Mapping[str, StepRecord], *, metrics: bool) -> None:
        """Have these steps done before the run begins."""
        self._taken = [step if metrics else unmeasured(step) for step in steps.values()]

    def _start(self) -> None:
        taken = [(self.schedule.position(step.name), step) for step in self._taken]
        if self._records is not None:
            self._records.start(self._head, taken)
        self._started = True
        with self.reporter as reporter:
            reporter.run_started(self._head, self._names)
        self.done.update((step.name, step) for step in self._taken)
        self._report(self._taken)
        decided = self.schedule.take_over({step.name: step.state for step in self._taken})
        self.finished([StepRecord(name=name, state=state) for name, state in decided.items()])

    def with_crew(self, crew: Crew, grace: float) -> None:
        """Run on threads; after Ctrl-C, wait for those that run, but not for ever."""
        with routed():
            try:
                crew.run()
            except KeyboardInterrupt:
                self._wind_up(crew, grace)
                raise

    def _wind_up(self, crew: Crew, grace: float) -> None:
        with suppress(KeyboardInterrupt):  # Ctrl-C again: the user will not wait
            running = crew.stop()
            with self.reporter as reporter:
                reporter.run_interrupted(running, grace)
            crew.wait(grace)
        with interrupts_held():
            for name in crew.leave():
                self.finished(settle(self.schedule, _abandoned(name)))

    def finished(self, steps: Sequence[StepRecord]) -> None:
        """Note, record and report steps that are decided."""
        self._record(steps)
        self._report(steps)

    def _record(self, steps: Sequence[StepRecord]) -> None:
        self.done.update((step.name, step) for step in steps)
        self._unwritten += [(self.schedule.position(step.name), step) for step in steps]
        if len(self._unwritten) >= _BATCH or any(step.state != "CACHED" for step in steps):
            self._write()

    def _write(self) -> None:
        """Commit what is not yet; a cached step may wait, for it did nothing that could be lost."""
        if self._records is not None and self._unwritten:
            self._records.finish_steps(self._head.run_id, self._unwritten)
        self._unwritten = []

    def _report(self, steps: Sequence[StepRecord]) -> None:
        with self.reporter as reporter:
            for step in steps:
                reporter.step_finished(step)

    def _end(self, state: RunState | None) -> RunRecord:
        with interrupts_held():
            left = self.schedule.abandon()
            rest = [StepRecord(name=name, state=each) for name, each in left.items()]
            steps = {**self.done, **{step.name: step for step in rest}}
            run = self._head.end(
                state or _state(steps.values()),
                {name: steps[name] for name in self._names},
                ended_at=datetime.now(timezone.utc),
                duration_seconds=time.perf_counter() - self._began,
                environment=self._tracking.environment() if self._tracking else {},
            )
            try:
                self._record(rest)
                self._write()
                if self._records is not None:
                    self._records.finish(run)
            finally:  # a reporter that draws has to know the end, recorded or not
                self._report(rest)
                with self.reporter as reporter:
                    reporter.run_finished(run)
        return run


def _state(steps: Iterable[StepRecord]) -> RunState:
    return "FAILED" if any(step.state in _BAD for step in steps) else "SUCCEEDED"


def _abandoned(step: str) -> StepRecord:
    return StepRecord(
        name=step, state="FAILED", attempts=1, error="interrupted by Ctrl-C while it ran"
    )


def _crew(run: _Run, steps: StepRunner, workers: int | None, place: Place | None) -> Crew:
    return Crew(
        run.schedule,
        steps.run,
        run.finished,
        workers=_workers(workers, place),
        stopped=place.stop if place else lambda: None,
    )


def _workers(wanted: int | None, place: Place | None) -> int:
    if wanted is None:
        return place.workers if place else min(32, (os.cpu_count() or 1) + 4)
    if wanted < 1:
        raise UsageError(f"workers={wanted}: a run needs at least one")
    return wanted
