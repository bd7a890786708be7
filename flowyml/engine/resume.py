"""Going on from an earlier run: what it finished is taken over (docs/semantics.md §4.4)."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import FlowymlError, UsageError, near
from flowyml.engine.process import number, still_runs
from flowyml.ir import (
    FromContext,
    FromInput,
    FromRunDate,
    PipelineIR,
    StepNode,
    dependents,
    meant_by,
    needs,
)
from flowyml.storage import check_value
from flowyml.storage.records import RunHead, RunRecord, RunRecords, StepRecord

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.storage.reference import Reference

_FINISHED = frozenset({"SUCCEEDED", "CACHED", "SKIPPED"})
_CHANGED = (
    "step '%s' has changed since run %s, which finished it; what it made then is used "
    "(rerun from '%s' to make it anew)"
)
_log = logging.getLogger("flowyml")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rerun:
    """What the user wants to go on from.

    Attributes:
        run_id: the run's id, how only its id begins, or `latest`.
        from_step: the step that runs again with all that needs it, whatever became of it.
    """

    run_id: str
    from_step: str | None = None


def find_earlier(records: RunRecords, rerun: Rerun, pipeline: Pipeline) -> RunRecord:
    """Read the run that is meant.

    Raises:
        UnknownRunError: there is none, or several begin like that; names those near it.
        UsageError: it cannot be gone on from; says why.
    """
    earlier = records.find(rerun.run_id, pipeline=pipeline.name)
    run = f"run {earlier.run_id}"
    if earlier.pipeline != pipeline.name:
        raise UsageError(f"{run} is of the pipeline '{earlier.pipeline}', not '{pipeline.name}'")
    if not pipeline.enable_checkpointing:
        raise UsageError(
            f"the pipeline '{pipeline.name}' has enable_checkpointing=False, so no run of it can "
            "be rerun; leave that out, or run the pipeline from its beginning"
        )
    if earlier.checkpointing is False:
        raise UsageError(
            f"{run} was made with enable_checkpointing=False, so it cannot be rerun; run the "
            "pipeline from its beginning"
        )
    if still_runs(earlier):
        raise UsageError(
            f"{run} is still running, in process {number(earlier)} of this machine; wait until it "
            "ends, or end that process"
        )
    return earlier


class Resume:
    """What a run takes from an earlier one.

    A step is taken over if it finished there, everything that it needs is taken over too, and what
    it reads of context, inputs and date is the same. Steps are known by their names: whether code
    or wiring changed does not matter, so that a bug can be mended and its run gone on with.

    Args:
        earlier: the run to go on from.
        ir: the pipeline as it is now, checked.
        rerun: what the user wants.

    Attributes:
        earlier: the run to go on from.
        again: the steps that run again because of `from_step`; no cache may stand in for them.

    Raises:
        UsageError: there is no such step; names the nearest.
    """

    def __init__(self, earlier: RunRecord, ir: PipelineIR, rerun: Rerun) -> None:
        self.earlier = earlier
        self.again = _reached(ir, rerun.from_step) if rerun.from_step else frozenset[str]()
        self._keys = {parameter.key for parameter in ir.parameters}
        self._inputs = {
            parameter.binding.key
            for step in ir.steps
            for parameter in step.reads
            if isinstance(parameter.binding, FromInput)
        }
        self._changed: frozenset[tuple[str, str]] = frozenset()
        self._taken: set[str] = set()

    def context(self, overrides: Mapping[str, Any]) -> dict[str, Any]:
        """Give the earlier run's values, as far as they are still read, under new overrides.

        They are kept by their full keys, so one that an override means gives way: `rate` is for
        every `rate` there is.
        """
        kept = {
            key: value
            for key, value in self.earlier.context.items()
            if key in self._keys and meant_by(key, overrides) is None
        }
        return {**kept, **overrides}

    def inputs(self, given: Mapping[str, Reference]) -> dict[str, Reference]:
        """Give the earlier run's inputs, as far as they are still read, under new ones.

        Raises:
            UsageError: one that is needed is gone or damaged.
        """
        kept = {name: ref for name, ref in self.earlier.inputs.items() if name in self._inputs}
        for name in kept.keys() - given.keys():
            if problem := _damage({name: kept[name]}):
                raise UsageError(
                    f"the input '{name}' of run {self.earlier.run_id} cannot be used again: "
                    f"{problem}; give it anew: inputs={{'{name}': …}}"
                )
        return {**kept, **given}

    def begin(self, run: RunHead) -> None:
        """Compare what the new run is given with what the earlier one was."""
        then = self.earlier
        self._changed = frozenset(
            [
                *(("context", key) for key in run.context if not _same(run, then, key)),
                *(("input", key) for key, ref in run.inputs.items() if ref != then.inputs.get(key)),
                *([("run_date", "")] if run.run_date != then.run_date else []),
            ]
        )

    def take(self, step: StepNode, done: Mapping[str, StepRecord]) -> StepRecord | None:
        """Give what a step made in the earlier run, or None if it has to run.

        What is damaged or gone is never taken; the step runs again, and the log says why.

        Args:
            step: a step that could start now.
            done: what became of the steps before it.
        """
        record = self.earlier.steps.get(step.name)
        if record is None or not self._valid(step, record, done):
            return None
        if problem := _damage(record.outputs):
            _log.warning("step '%s' runs again: %s", step.name, problem)
            return None
        if record.digest not in (None, step.function.digest):
            _log.warning(_CHANGED, step.name, self.earlier.run_id, step.name)
        self._taken.add(step.name)
        return dataclasses.replace(
            record,
            state="SKIPPED" if record.state == "SKIPPED" else "CACHED",
            attempts=0,
            started_at=None,
            duration_seconds=0.0,
            from_run=record.from_run or self.earlier.run_id,
        )

    def _valid(self, step: StepNode, record: StepRecord, done: Mapping[str, StepRecord]) -> bool:
        made = record.state == "SKIPPED" or [*record.outputs] == [o.name for o in step.outputs]
        return (
            made
            and record.state in _FINISHED
            and step.name not in self.again
            and all(self._stands(name, done) for name in needs(step))
            and self._changed.isdisjoint(_given(step))
        )

    def _stands(self, name: str, done: Mapping[str, StepRecord]) -> bool:
        """Tell whether a step made what it made then; one that was skipped both times did."""
        then = self.earlier.steps.get(name)
        skipped = then is not None and then.state == done[name].state == "SKIPPED"
        return skipped or name in self._taken


@dataclasses.dataclass(frozen=True)
class Checkpoints:
    """How a run can be gone on with, and what it goes on from itself.

    Attributes:
        enabled: whether it may be rerun.
        source: where the command line finds the pipeline; None is where it was written.
        resume: what it takes from an earlier run, if it goes on from one.
    """

    enabled: bool = True
    source: str | None = None
    resume: Resume | None = None


FROM_THE_START = Checkpoints()
"""Of a run that goes on from none."""


def _reached(ir: PipelineIR, first: str) -> frozenset[str]:
    """Name a step and all that need it, directly or not."""
    users = dependents(ir)
    if first not in users:
        raise UsageError(f"the pipeline '{ir.name}' has no step '{first}'; {near(first, users)}")
    found, news = {first}, [first]
    while news:
        fresh = [user for user in users[news.pop()] if user not in found]
        found.update(fresh)
        news += fresh
    return frozenset(found)


def _given(step: StepNode) -> Iterable[tuple[str, str]]:
    """Name what a step reads of the values that a run is given."""
    for parameter in step.reads:
        match parameter.binding:
            case FromContext():
                yield "context", parameter.key
            case FromInput(key=key):
                yield "input", key
            case FromRunDate():
                yield "run_date", ""
            case _:
                continue


def _same(now: RunHead, then: RunHead, key: str) -> bool:
    """Compare a context value, so that 1 and True differ."""
    return key in then.context and json.dumps(now.context[key]) == json.dumps(then.context[key])


def _damage(outputs: Mapping[str, Reference]) -> str | None:
    """Say what is wrong with stored values, None if nothing is."""
    try:
        for reference in outputs.values():
            check_value(reference)
    except FlowymlError as error:
        return str(error)
    return None
