"""Run records: what was run, when, and what became of every step.

The classes here are plain data and cost nothing to import; the database behind them is loaded when
records are first written or read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from flowyml.diagnostics import FlowymlError, near
from flowyml.frozen import dataclass
from flowyml.storage import Reference

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from flowyml.storage.records_database import Database

State: TypeAlias = Literal["SUCCEEDED", "CACHED", "SKIPPED", "FAILED", "UPSTREAM_FAILED", "NOT_RUN"]
"""What can become of a step (docs/semantics.md §3)."""

RunState: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "INTERRUPTED"]
"""A run that was killed stays `RUNNING`; one that Ctrl-C ended is `INTERRUPTED`."""


_LATEST = re.compile(r"latest(?P<sign>~(?P<back>\d{0,6}))?")
"""What users write for the run that was started last, and for those before it."""


class RecordsError(FlowymlError, RuntimeError):
    """The database of run records cannot be used."""


class UnknownRunError(FlowymlError, LookupError):
    """There is no run of that id, or several that begin like it."""


@dataclass(frozen=True, kw_only=True)
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
        items: how many items of a map task succeeded, and of how many there were.
        metrics: the figures among the outputs, by name; empty without experiment tracking.
        bindings: what a failed step was called with, shortened, by parameter.
        from_run: the run that made the outputs, if it was an earlier one (§4.4).
        digest: the source digest of its function; None in records from before it was kept.
        nested: what became of the steps of the pipeline that a dynamic step built, by name, each
            as `Outcome.to_dict` writes it.
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
    items: tuple[int, int] | None = None
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])
    bindings: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    from_run: str | None = None
    digest: str | None = None
    nested: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict[str, Mapping[str, Any]]
    )


@dataclass(frozen=True, kw_only=True)
class RunHead:
    """A run without its steps.

    Attributes:
        run_id: unique; sorts by the time of the start.
        pipeline: the pipeline's name.
        project: the project that it belongs to, if any.
        version: the version that the pipeline had, if any.
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
        source: where the pipeline was found, as the command line takes it: `file.py:variable`, the
            file relative to its project.
        checkpointing: whether the run may be resumed; None in records from before it was kept.
        resumed_from: the run that this one went on from.
        process: who runs it, to tell a run that was killed from one that runs; see
            `flowyml.engine.process`. None for one that happens elsewhere.
        stack: the stack that it happens on, if that is not this machine.
        remote: what its orchestrator finds it by.
        url: where a person looks at it there.
    """

    run_id: str
    pipeline: str
    snapshot_hash: str
    run_date: datetime
    started_at: datetime
    state: RunState = "RUNNING"
    project: str | None = None
    version: str | None = None
    ended_at: datetime | None = None
    duration_seconds: float | None = None
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    inputs: Mapping[str, Reference] = dataclasses.field(default_factory=dict[str, Reference])
    git_commit: str | None = None
    git_dirty: bool | None = None
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    source: str | None = None
    checkpointing: bool | None = None
    resumed_from: str | None = None
    process: str | None = None
    stack: str | None = None
    remote: str | None = None
    url: str | None = None

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


@dataclass(frozen=True, kw_only=True)
class RunRecord(RunHead):
    """A run with its steps, by name, in the order of the pipeline."""

    steps: Mapping[str, StepRecord] = dataclasses.field(default_factory=dict[str, StepRecord])

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics of all steps, by name; of steps within a dynamic one under its name."""
        steps = self.steps.values()
        own = {name: value for step in steps for name, value in step.metrics.items()}
        nested = {step.name: step.nested for step in steps if step.nested}
        return own | dict(_nested_metrics(nested))


def _nested_metrics(nested: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for parent, steps in nested.items():
        for name, told in steps.items():
            yield from ((f"{parent}.{key}", value) for key, value in told["metrics"].items())
            yield from _nested_metrics({f"{parent}.{name}": told["nested"]})


class RunRecords:
    """The records in one SQLite file; safe to use from several threads and processes.

    Nothing is created before `start` or `prepare`. Every step is committed as it finishes, so that
    whatever a killed run finished can be found again (docs/semantics.md §4.4).

    Args:
        path: the database file; its folder is made when needed.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._database: Database | None = None

    def prepare(self) -> None:
        """Open the file to write, so that a run begins only where it can be recorded.

        Raises:
            RecordsError: it cannot be opened.
            MissingPackageError: SQLAlchemy is not installed.
        """
        self._open()

    def start(self, run: RunHead, steps: Iterable[tuple[int, StepRecord]] = ()) -> None:
        """Record that a run began, and what it takes from an earlier one, in one commit.

        Raises:
            RecordsError: the database cannot be used; says why and what to do.
        """
        self._open().insert_run(run, steps)

    def finish_steps(self, run_id: str, steps: Iterable[tuple[int, StepRecord]]) -> None:
        """Record steps with their positions in the pipeline, in one commit."""
        self._open().insert_steps(run_id, steps)

    def finish(self, run: RunHead) -> None:
        """Record how a run ended."""
        self._open().end_run(run)

    def get(self, run_id: str) -> RunRecord:
        """Read a run with its steps.

        Raises:
            UnknownRunError: there is none; names the nearest, or the latest.
        """
        found = self._open().read_run(run_id) if self.path.exists() else None
        if found is None:
            raise UnknownRunError(f"no run '{run_id}' in {self.path}; {self._near(run_id)}")
        return found

    def find(self, name: str, *, pipeline: str | None = None) -> RunRecord:
        """Read the run that a user names: by its id, by how only its id begins, or as `latest`.

        As in git, `latest~2` is the second before the latest, and `latest~` the one before.

        Args:
            name: what the user wrote.
            pipeline: the pipeline whose `latest` is meant; None is any.

        Raises:
            UnknownRunError: there is none, or several begin like that; names those near it.
        """
        if latest := _LATEST.fullmatch(name):
            back = int(latest["back"] or 1) if latest["sign"] else 0
            found = [run.run_id for run in self.list(pipeline=pipeline, limit=back + 1)[back:]]
        else:
            found = list(self._open().read_ids(name)) if name and self.path.exists() else []
        if len(found) > 1 and name not in found:
            several = f"{', '.join(found[:5])}{' …' if len(found) > 5 else ''}"
            raise UnknownRunError(f"several runs begin with '{name}': {several}")
        return self.get(found[0] if len(found) == 1 else name)

    def list(
        self,
        *,
        pipeline: str | None = None,
        project: str | None = None,
        state: str | None = None,
        limit: int | None = 20,
    ) -> tuple[RunHead, ...]:
        """Read the latest runs, newest first: those of a pipeline, project or state, or all."""
        wanted = {"pipeline": pipeline, "project": project, "state": state}
        where = {column: value for column, value in wanted.items() if value is not None}
        return self._open().read_heads(where, limit) if self.path.exists() else ()

    def count_states(self, pipeline: str) -> dict[str, int]:
        """Count the steps of all runs of a pipeline by what became of them."""
        return self._open().count_states(pipeline) if self.path.exists() else {}

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

    def _near(self, run_id: str) -> str:
        known = [run.run_id for run in self.list(limit=None)]
        hint = near(run_id, known)
        if not known or hint.startswith("did you mean"):
            return hint or "nothing has been recorded yet"
        return f"the latest are: {', '.join(known[:5])}"

    def _open(self) -> Database:
        if self._database is None:
            from flowyml.diagnostics.missing import Needs

            with Needs("sqlalchemy"):
                from flowyml.storage.records_database import Database
            self._database = Database(self.path)
        return self._database
