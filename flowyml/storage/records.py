"""Run records: what was run, when, and what became of every step.

The classes here are plain data and cost nothing to import; the database behind them is loaded when
records are first written or read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from flowyml.diagnostics import FlowymlError, near
from flowyml.storage.reference import Reference

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from flowyml.storage.records_database import Database

State: TypeAlias = Literal["SUCCEEDED", "CACHED", "SKIPPED", "FAILED", "UPSTREAM_FAILED", "NOT_RUN"]
"""What can become of a step (docs/semantics.md §3)."""

RunState: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "INTERRUPTED"]
"""A run that was killed stays `RUNNING`; one that Ctrl-C ended is `INTERRUPTED`."""


class RecordsError(FlowymlError, RuntimeError):
    """The database of run records cannot be used."""


class UnknownRunError(FlowymlError, LookupError):
    """There is no run of that id."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StepRecord:
    """What became of one step.

    Attributes:
        name: the step's name in the pipeline.
        state: see `State`.
        attempts: how often it was tried; 0 if it never started.
        outputs: a reference for each output, in the order of declaration; empty unless it
            succeeded.
        error: the traceback of the last attempt, as text.
        exception: the exception itself, in the process that ran the step.
        started_at: aware UTC, None if it never started.
        duration_seconds: from the first attempt's start to the last one's end.
        recovered: whether the output is a fallback's.
        metrics: the figures among the outputs, by name; empty without experiment tracking.
        bindings: what a failed step was called with, shortened, by parameter.
    """

    name: str
    state: State
    attempts: int = 0
    outputs: Mapping[str, Reference] = dataclasses.field(default_factory=dict[str, Reference])
    error: str | None = None
    exception: BaseException | None = dataclasses.field(default=None, compare=False, repr=False)
    started_at: datetime | None = None
    duration_seconds: float = 0.0
    recovered: bool = False
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])
    bindings: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunHead:
    """A run without its steps.

    Attributes:
        run_id: unique; sorts by the time of the start.
        pipeline: the pipeline's name.
        project: the project that it belongs to, if any.
        snapshot_hash: the digest of the IR that was run.
        state: see `RunState`.
        run_date: the aware UTC date that the run is for.
        started_at: aware UTC.
        ended_at: aware UTC, None while it runs.
        duration_seconds: None while it runs.
        context: the values that the steps read.
        inputs: references to the values given to `run(inputs=…)`.
        git_commit: the project's commit when the run began, None without git or tracking.
        git_dirty: whether tracked files of the project differed from it.
        environment: Python, platform and versions that the run ran with, once it ended; empty
            without tracking.
    """

    run_id: str
    pipeline: str
    snapshot_hash: str
    run_date: datetime
    started_at: datetime
    state: RunState = "RUNNING"
    project: str | None = None
    ended_at: datetime | None = None
    duration_seconds: float | None = None
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    inputs: Mapping[str, Reference] = dataclasses.field(default_factory=dict[str, Reference])
    git_commit: str | None = None
    git_dirty: bool | None = None
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])

    def end(
        self,
        state: RunState,
        steps: Mapping[str, StepRecord],
        *,
        ended_at: datetime,
        duration_seconds: float,
        environment: Mapping[str, str] | None = None,
    ) -> RunRecord:
        """Give the record of this run once it ended."""
        changes: dict[str, Any] = {
            "state": state,
            "ended_at": ended_at,
            "duration_seconds": duration_seconds,
            "environment": environment or {},
        }
        return RunRecord(**{**vars(self), **changes}, steps=steps)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunRecord(RunHead):
    """A run with its steps, by name, in the order of the pipeline."""

    steps: Mapping[str, StepRecord] = dataclasses.field(default_factory=dict[str, StepRecord])

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics of all steps, by name."""
        steps = self.steps.values()
        return {name: value for step in steps for name, value in step.metrics.items()}


class RunRecords:
    """The records in one SQLite file; safe to use from several threads and processes.

    Nothing is created before `start`. Every step is committed as it finishes, so that whatever a
    killed run finished can be found again (docs/semantics.md §4.4).

    Args:
        path: the database file; its folder is made when needed.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._database: Database | None = None

    def start(self, run: RunHead) -> None:
        """Record that a run began.

        Raises:
            RecordsError: the database cannot be used; says why and what to do.
        """
        self._open().insert_run(run)

    def finish_steps(self, run_id: str, steps: Iterable[tuple[int, StepRecord]]) -> None:
        """Record steps with their positions in the pipeline, in one commit."""
        self._open().insert_steps(run_id, steps)

    def finish(self, run: RunHead) -> None:
        """Record how a run ended."""
        self._open().end_run(run)

    def get(self, run_id: str) -> RunRecord:
        """Read a run with its steps.

        Raises:
            UnknownRunError: there is none; names the nearest.
        """
        found = self._open().read_run(run_id) if self.path.exists() else None
        if found is None:
            known = [run.run_id for run in self.list(limit=None)]
            hint = near(run_id, known) or "nothing has been recorded yet"
            raise UnknownRunError(f"no run '{run_id}' in {self.path}; {hint}")
        return found

    def list(self, *, pipeline: str | None = None, limit: int | None = 20) -> tuple[RunHead, ...]:
        """Read the latest runs, newest first: of one pipeline, or of all."""
        return self._open().read_heads(pipeline, limit) if self.path.exists() else ()

    def close(self) -> None:
        """Let go of the file; the records can be used again afterwards."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> Database:
        if self._database is None:
            from flowyml.storage.records_database import Database

            self._database = Database(self.path)
        return self._database
