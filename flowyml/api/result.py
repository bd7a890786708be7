"""What `run()` gives back: the run's outcome, with values that load when they are looked at."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import FlowymlError, near

if TYPE_CHECKING:
    from flowyml.storage import Reference
    from flowyml.storage.records import RunRecord, StepRecord

_GOOD = frozenset({"SUCCEEDED", "CACHED"})


class StepFailedError(FlowymlError, RuntimeError):
    """A step failed or was never started, so it has no output."""


class RunFailedError(FlowymlError, RuntimeError):
    """A run failed."""


class UnknownNameError(FlowymlError, KeyError):
    """A result has no step or output of that name."""

    def __str__(self) -> str:
        return str(self.args[0])


class Values(Mapping[str, Any]):
    """Stored values by name, each loaded when it is first asked for, and kept.

    Args:
        references: where the values are.
        absent: says why there is no value of a name that is not among them.
    """

    def __init__(self, references: Mapping[str, Reference], absent: str = "") -> None:
        self._references = references
        self._absent = absent
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._references:
            hints = (f"no output '{name}'", self._absent, near(name, self._references))
            raise UnknownNameError("; ".join(filter(None, hints)))
        if name not in self._loaded:
            from flowyml.storage import load_asset

            self._loaded[name] = load_asset(self._references[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)

    def __contains__(self, name: object) -> bool:
        return name in self._references

    def __repr__(self) -> str:
        return repr(dict(self))


class StepResult:
    """What became of one step.

    Attributes:
        step_name: the step's name in the pipeline.
        state: `SUCCEEDED`, `CACHED`, `SKIPPED`, `FAILED`, `UPSTREAM_FAILED` or `NOT_RUN`
            (docs/semantics.md §3).
        success: whether it has its output.
        skipped: whether a condition kept it from running.
        cached: whether its output was taken from the cache.
        recovered: whether its output is a fallback's.
        error: the traceback of the last attempt, as text; None if none failed.
        attempts: how often it was tried.
        duration_seconds: from the first attempt's start to the last one's end.
        artifact_uri: where its output is stored, the first if there are several, or None.
        nested: a result for each step of the pipeline that a dynamic step built, by name.
    """

    def __init__(self, record: StepRecord, values: Values) -> None:
        self._record = record
        self._values = values
        self.step_name: str = record.name
        self.state: str = record.state
        self.success: bool = record.state in _GOOD
        self.skipped: bool = record.state == "SKIPPED"
        self.cached: bool = record.state == "CACHED"
        self.recovered: bool = record.recovered
        self.error: str | None = record.error
        self.attempts: int = record.attempts
        self.duration_seconds: float = record.duration_seconds
        first = next(iter(record.outputs.values()), None)
        self.artifact_uri: str | None = first.uri if first else None
        self.nested = {name: _nested(name, told) for name, told in record.nested.items()}

    @property
    def output(self) -> Any:
        """What the step returned: a dict by output name if it declares several, None if skipped.

        Raises:
            Exception: the step's own error if it failed.
            StepFailedError: it failed in another process, or was never started.
        """
        if self.skipped:
            return None
        if not self.success:
            raise self._record.exception or StepFailedError(self._why())
        values = {name: self._values[name] for name in self._record.outputs}
        return values if len(values) != 1 else next(iter(values.values()))

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the values as plain JSON data."""
        return {
            "step_name": self.step_name,
            "state": self.state,
            "success": self.success,
            "skipped": self.skipped,
            "cached": self.cached,
            "recovered": self.recovered,
            "attempts": self.attempts,
            "duration_seconds": self.duration_seconds,
            "metrics": dict(self._record.metrics),
            "error": self.error,
            "bindings": dict(self._record.bindings),
            "outputs": {name: ref.to_dict() for name, ref in self._record.outputs.items()},
            "nested": {name: step.to_dict() for name, step in self.nested.items()},
        }

    def _why(self) -> str:
        return f"step '{self.step_name}' {self.state}" + (f"\n{self.error}" if self.error else "")

    def __repr__(self) -> str:
        return f"<step '{self.step_name}' {self.state} in {self.duration_seconds:.2f} s>"


def _nested(name: str, told: Mapping[str, Any]) -> StepResult:
    from flowyml.storage import Reference
    from flowyml.storage.records import StepRecord

    outputs = {key: Reference.from_dict(data) for key, data in told["outputs"].items()}
    fields: dict[str, Any] = {**told, "outputs": outputs}
    return StepResult(StepRecord(name=name, **fields), Values(outputs, ""))


class PipelineResult:
    """What became of a run; made whether or not steps failed.

    Attributes:
        run_id: unique; later runs sort after earlier ones.
        pipeline_name: the pipeline's name.
        version: the version that the pipeline had, if any.
        state: `SUCCEEDED` or `FAILED`; of a run read from the records also `RUNNING` (it runs, or
            was killed) and `INTERRUPTED`.
        success: whether no step failed.
        outputs: what the steps returned, by asset name, or by step name where a step declares no
            output; a mapping whose values load when they are looked at.
        step_results: a `StepResult` for each step, by name, in the pipeline's order.
        start_time: aware UTC.
        end_time: aware UTC; None if the run has not ended.
        duration_seconds: from start to end.
        snapshot_hash: sha256 of what the pipeline meant when it was run.
        metrics: the figures among the outputs, by name: numbers by their asset, the numbers of a
            `Metrics` asset below it, as `scores.accuracy`. Empty without experiment tracking.

    Example:
        >>> from tempfile import mkdtemp
        >>> from flowyml import LocalStack, Pipeline, step
        >>> @step(outputs=["total"])
        ... def add():
        ...     return 1 + 2
        >>> stack = LocalStack("memory://artifacts", metadata_path=f"{mkdtemp()}/metadata.db")
        >>> result = Pipeline("sums").add_step(add).run(stack=stack)
        >>> result.success, result["add"], result.outputs["total"]
        (True, 3, 3)
    """

    def __init__(self, run: RunRecord) -> None:
        self._run = run
        self.run_id: str = run.run_id
        self.pipeline_name: str = run.pipeline
        self.version: str | None = run.version
        self.state: str = run.state
        self.success: bool = run.state == "SUCCEEDED"
        self.start_time: datetime = run.started_at
        self.end_time: datetime | None = run.ended_at
        self.duration_seconds: float = run.duration_seconds or 0.0
        self.snapshot_hash: str = run.snapshot_hash
        self.metrics: dict[str, float] = run.metrics
        references = {name: ref for s in run.steps.values() for name, ref in s.outputs.items()}
        self.outputs = Values(references, "" if self.success else self._cause())

    @functools.cached_property
    def step_results(self) -> dict[str, StepResult]:
        """What became of each step; made when somebody looks, for there may be thousands."""
        steps = self._run.steps.items()
        return {name: StepResult(record, self.outputs) for name, record in steps}

    def __getitem__(self, step: str) -> Any:
        """Give what a step returned; see `StepResult.output`.

        Raises:
            KeyError: no such step; names the closest.
            Exception: the step's own error if it failed.
        """
        if step not in self.step_results:
            raise UnknownNameError(f"no step '{step}'; {near(step, self.step_results)}")
        return self.step_results[step].output

    def __iter__(self) -> Iterator[str]:
        """Go over the steps' names, in the pipeline's order."""
        return iter(self.step_results)

    def raise_for_failure(self) -> None:
        """Do nothing if the run succeeded.

        Raises:
            RunFailedError: it did not; says which steps failed, and the first one's traceback.
        """
        if not self.success:
            error = RunFailedError(self.summary())
            raise error from next((s.exception for s in self._failed() if s.exception), None)

    def summary(self, *, pipeline: str | None = None, stack: str | None = None) -> str:
        """Describe the run for people.

        A line a step (of more than 40, those of each state that took longest); then of what failed
        the traceback, what the step was called with, and how to go on from there.

        Args:
            pipeline: what to call the pipeline in a command; None leaves it to the run's record,
                which is found from within its project.
            stack: the stack to name in a command; None names none.
        """
        from flowyml.api.summary import summary

        return summary(self._run, pipeline, stack)

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the values as plain JSON data; times in ISO 8601."""
        return {
            "run_id": self.run_id,
            "pipeline_name": self.pipeline_name,
            "version": self.version,
            "project": self._run.project,
            "state": self.state,
            "success": self.success,
            "start_time": self.start_time.isoformat(),
            "end_time": self.end_time.isoformat() if self.end_time else None,
            "duration_seconds": self.duration_seconds,
            "snapshot_hash": self.snapshot_hash,
            "run_date": self._run.run_date.isoformat(),
            "stack": self._run.stack,
            "url": self._run.url,
            "parameters": dict(self._run.context),
            "metrics": self.metrics,
            "git": {"commit": self._run.git_commit, "dirty": self._run.git_dirty},
            "environment": dict(self._run.environment),
            "steps": {name: step.to_dict() for name, step in self.step_results.items()},
        }

    def _failed(self) -> list[StepRecord]:
        return [step for step in self._run.steps.values() if step.state == "FAILED"]

    def _cause(self) -> str:
        failed = ", ".join(f"'{step.name}'" for step in self._failed())
        return f"the run {self.state}" + (f" at {failed}, see summary()" if failed else "")

    def __repr__(self) -> str:
        steps = len(self.step_results)
        return f"<run {self.run_id} of '{self.pipeline_name}' {self.state}: {steps} steps>"
