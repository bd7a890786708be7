"""A run, told to people: a line a step, then what failed, the user's own traceback first."""

from __future__ import annotations

import dataclasses
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowyml.storage.records import RunHead, RunRecord, StepRecord

_MANY = 40  # steps: of more, only some of each state are listed
_SOME = 10


def summary(run: RunRecord, pipeline: str | None = None, stack: str | None = None) -> str:
    """Describe a run; see `PipelineResult.summary`."""
    steps = step_lines(run.steps.values())
    return "\n".join([headline(run), *steps, *failures(run, pipeline, stack)])


def headline(run: RunRecord) -> str:
    """Say what became of a run."""
    took = "" if run.duration_seconds is None else f" in {run.duration_seconds:.2f} s"
    return f"Pipeline '{run.pipeline}' {run.state}{took} (run {run.run_id})"


def step_lines(steps: Iterable[StepRecord]) -> Iterator[str]:
    """Say what became of each step, or, of many, of those of each state that took longest."""
    top = list(steps)
    opened = list(_with_nested(top))
    listed = opened if len(opened) <= _MANY else top
    left_out = _left_out(listed) if len(listed) > _MANY else {}
    shown = [step for step in listed if step.name not in left_out]
    width = max((len(step.name) for step in shown), default=0)
    yield from (_line(step, width) for step in shown)
    for state in dict.fromkeys(left_out.values()):
        yield f"  … and {sum(each == state for each in left_out.values())} more {state}"


def failures(
    run: RunRecord, pipeline: str | None = None, stack: str | None = None
) -> Iterator[str]:
    """Show why steps failed: traceback, what the step was called with, how to go on from there."""
    failed = [step for step in run.steps.values() if step.state == "FAILED"]
    for step in failed[:_SOME]:
        yield f"\nStep '{step.name}' failed:\n{step.error}"
        if step.bindings:
            yield "\n".join(["\nIt was called with:", *aligned(step.bindings)])
        if run.stack is not None:
            yield f"\nTo run it here: {replay_command(run, step.name, pipeline)}"
        elif run.checkpointing is not False:
            again = rerun_command(run, step.name, pipeline, stack)
            yield f"\nTo go on from there: {again}"
    if len(failed) > _SOME:
        names = ", ".join(f"'{step.name}'" for step in failed[_SOME:])
        yield f"\nSo did {len(failed) - _SOME} more: {names}"


def rerun_command(
    run: RunHead, step: str, pipeline: str | None = None, stack: str | None = None
) -> str:
    """Give what to type to run a step again, and all that needs it; in a notebook it is Python."""
    if run.source is None:
        return f"pipeline.rerun({run.run_id!r}, from_step={step!r})"
    named = [] if pipeline is None else [pipeline]
    place = [] if stack is None else ["--stack", stack]
    return shlex.join(["flowyml", "rerun", run.run_id, *named, *place, "--from", step])


def replay_command(run: RunHead, step: str, pipeline: str | None = None) -> str:
    """Give what to type to run a step of a run on a stack here, with what it was given there."""
    if run.source is None:
        return f"pipeline.replay({run.run_id!r}, {step!r}, stack={run.stack!r})"
    named = [] if pipeline is None else [pipeline]
    place = [] if run.stack is None else ["--stack", run.stack]
    return shlex.join(["flowyml", "replay", run.run_id, step, *named, *place])


def aligned(values: Mapping[str, str]) -> Iterator[str]:
    """Show names and values in two columns."""
    width = max(map(len, values), default=0)
    return (f"  {name:<{width}}  {value}" for name, value in values.items())


def _with_nested(steps: Iterable[StepRecord]) -> Iterator[StepRecord]:
    """Give the steps, each followed by those of the pipeline that it built, indented."""
    for step in steps:
        yield step
        for inner in _with_nested(_nested(step)):
            yield dataclasses.replace(inner, name=f"  {inner.name}")


def _nested(step: StepRecord) -> Iterator[StepRecord]:
    from flowyml.storage.records import StepRecord

    for name, told in step.nested.items():
        fields: dict[str, Any] = {**told, "name": name, "outputs": {}}
        yield StepRecord(**fields)


def _left_out(steps: Iterable[StepRecord]) -> dict[str, str]:
    by_state: defaultdict[str, list[StepRecord]] = defaultdict(list)
    for step in steps:
        by_state[step.state].append(step)
    ranked = (
        sorted(group, key=lambda step: step.duration_seconds, reverse=True)
        for group in by_state.values()
    )
    return {step.name: step.state for group in ranked for step in group[_SOME:]}


def _line(step: StepRecord, width: int) -> str:
    took = f"  {step.duration_seconds:.2f} s" if step.attempts else ""
    tried = f"  {step.attempts} attempts" if step.attempts > 1 else ""
    recovered = "  recovered" if step.recovered else ""
    return f"  {step.name:<{width}}  {step.state}{took}{tried}{recovered}"
