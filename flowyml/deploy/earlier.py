"""Runs as they are now: recorded here to their end, or asked after where they happen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from flowyml.deploy.runs import again
from flowyml.diagnostics import UsageError
from flowyml.engine.replay import Replay
from flowyml.stacks import load_stack, records_of

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.stacks import LocalStack, Stack
    from flowyml.storage.records import RunRecord, RunRecords


def replay_of(
    pipeline: Pipeline, run_id: str, step: str, *, stack: LocalStack | Stack | str | None = None
) -> Replay:
    """Make a step of an earlier run ready to run here; see `Pipeline.replay`.

    Raises:
        CompileError: what is wrong with the pipeline.
        UnknownRunError: there is no such run.
        UsageError: it is another pipeline's, or has nothing to call the step with.
        TargetError: it goes on elsewhere, and cannot be seen from here.
        StoreError: what the step was given cannot be read from here.
    """
    with records_of(stack, pipeline.stack).records() as records:
        found = records.find(run_id, pipeline=pipeline.name)
        if found.pipeline != pipeline.name:
            raise UsageError(
                f"run {found.run_id} is of the pipeline '{found.pipeline}', not '{pipeline.name}'"
            )
        return Replay(pipeline, _as_seen(pipeline, found, records), step)


def _as_seen(pipeline: Pipeline, run: RunRecord, records: RunRecords) -> RunRecord:
    """Ask after a run that nobody has followed to its end; its record is left as it is."""
    if run.stack is None or run.state != "RUNNING":
        return run
    seen = again(pipeline, load_stack(run.stack), run, records).remote.look()
    return dataclasses.replace(run, steps={**seen.steps, **run.steps})
