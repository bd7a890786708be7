"""Going on from an earlier run: what it finished is taken over (docs/semantics.md §4.4)."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import FlowymlError, UsageError, near
from flowyml.engine.process import number, still_runs
from flowyml.frozen import dataclass
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
    from flowyml.storage import Reference

_FINISHED = frozenset({"SUCCEEDED", "CACHED", "SKIPPED"})
_CHANGED = (
    "step '%s' has changed since run %s, which finished it; what it made then is used "
    "(rerun from '%s' to make it anew)"
)
_log = logging.getLogger("flowyml")


@dataclass(frozen=True, kw_only=True)
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
        taken: what is taken over, in the pipeline's order, once `begin` has decided that.

    Raises:
        UsageError: there is no such step; names the nearest.
    """

    def __init__(self, earlier: RunRecord, ir: PipelineIR, rerun: Rerun) -> None:
        self.earlier = earlier
        self.again = _reached(ir, rerun.from_step) if rerun.from_step else frozenset[str]()
        self.taken: Mapping[str, StepRecord] = {}
        self._ir = ir

    def context(self, overrides: Mapping[str, Any]) -> dict[str, Any]:
        """Give the earlier run's values, as far as they are still read, under new overrides.

        They are kept by their full keys, so one that an override means gives way: `rate` is for
        every `rate` there is.
        """
        keys = {parameter.key for parameter in self._ir.parameters}
        kept = {
            key: value
            for key, value in self.earlier.context.items()
            if key in keys and meant_by(key, overrides) is None
        }
        return {**kept, **overrides}

    def inputs(self, given: Mapping[str, Reference]) -> dict[str, Reference]:
        """Give the earlier run's inputs, as far as they are still read, under new ones.

        Raises:
            UsageError: one that is needed is gone or damaged.
        """
        read = {name for step in self._ir.steps for kind, name in _given(step) if kind == "input"}
        kept = {name: ref for name, ref in self.earlier.inputs.items() if name in read}
        for name in kept.keys() - given.keys():
            if problem := _damage([kept[name]]):
                raise UsageError(
                    f"the input '{name}' of run {self.earlier.run_id} cannot be used again: "
                    f"{problem}; give it anew: inputs={{'{name}': …}}"
                )
        return {**kept, **given}

    def begin(self, run: RunHead) -> None:
        """Decide what is taken over, by what the new run is given and what is stored and whole.

        What is damaged or gone is never taken; the log says so. It is all decided before the run
        begins, and recorded with its beginning, so that a run that is killed can be gone on from
        at any time without doing again what the earlier one did.
        """
        changed = _changes(run, self.earlier)
        wanted = self._closed({s.name for s in self._ir.steps if self._reusable(s, changed)})
        damaged = _damaged(wanted)
        for name, problem in damaged.items():
            _log.warning("step '%s' runs again: %s", name, problem)
        self.taken = self._closed(wanted.keys() - damaged.keys())
        for step in self._ir.steps:
            taken = self.taken.get(step.name)
            if taken and taken.digest and taken.digest != step.function.digest:
                _log.warning(_CHANGED, step.name, self.earlier.run_id, step.name)

    def _reusable(self, step: StepNode, changed: Set[tuple[str, str]]) -> bool:
        """Tell whether a step finished, and would be given now what it was then."""
        record = self.earlier.steps.get(step.name)
        if record is None or record.state not in _FINISHED or step.name in self.again:
            return False
        made = [*record.outputs] == [output.name for output in step.outputs]
        return (made or record.state == "SKIPPED") and changed.isdisjoint(_given(step))

    def _closed(self, names: Set[str]) -> dict[str, StepRecord]:
        """Give the records of those steps all whose needs are among them too."""
        found: dict[str, StepRecord] = {}
        for step in self._ir.steps:
            if step.name in names and all(need in found for need in needs(step)):
                found[step.name] = self._as_taken(self.earlier.steps[step.name])
        return found

    def _as_taken(self, record: StepRecord) -> StepRecord:
        return dataclasses.replace(
            record,
            state="SKIPPED" if record.state == "SKIPPED" else "CACHED",
            attempts=0,
            started_at=None,
            duration_seconds=0.0,
            from_run=record.from_run or self.earlier.run_id,
        )


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

    @property
    def taken(self) -> Mapping[str, StepRecord]:
        """What is taken from the earlier run, once the new one has its beginning."""
        return self.resume.taken if self.resume else {}

    @property
    def again(self) -> frozenset[str]:
        """The steps that the user wants run again, and no result of the cache in their place."""
        return self.resume.again if self.resume else frozenset()


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


def _changes(now: RunHead, then: RunHead) -> frozenset[tuple[str, str]]:
    """Name what a run is given that another was not, or not so, as `_given` names it."""
    context = (key for key in now.context if not _same(now, then, key))
    inputs = (name for name, ref in now.inputs.items() if ref != then.inputs.get(name))
    date = [("run_date", "")] if now.run_date != then.run_date else []
    return frozenset([*(("context", k) for k in context), *(("input", n) for n in inputs), *date])


def _same(now: RunHead, then: RunHead, key: str) -> bool:
    """Compare a context value, so that 1 and True differ."""
    return key in then.context and json.dumps(now.context[key]) == json.dumps(then.context[key])


def _damaged(records: Mapping[str, StepRecord]) -> dict[str, str]:
    """Say what is wrong with what steps made, as far as something is."""
    with ThreadPoolExecutor() as pool:
        found = pool.map(_damage, [record.outputs.values() for record in records.values()])
        return {name: problem for name, problem in zip(records, found, strict=True) if problem}


def _damage(references: Iterable[Reference]) -> str | None:
    """Say what is wrong with stored values, None if nothing is."""
    try:
        for reference in references:
            check_value(reference)
    except FlowymlError as error:
        return str(error)
    return None
