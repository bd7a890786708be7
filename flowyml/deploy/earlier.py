"""Earlier runs as they are now: recorded here, or asked for where they happen."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from flowyml.deploy.delivery import deployer, prepare
from flowyml.deploy.errors import TargetError, UnauthorizedError, UnreachableError
from flowyml.deploy.runs import again
from flowyml.diagnostics import UsageError
from flowyml.engine.overrides import run_context
from flowyml.engine.replay import Replay
from flowyml.ir import digest
from flowyml.stacks import load_stack, place_of
from flowyml.stacks.stack import ElsewhereError
from flowyml.storage.records import RunRecord, UnknownRunError

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.stacks import LocalStack, Stack
    from flowyml.storage.records import RunRecords


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
    here, there = _places(stack, pipeline)
    with here.records() as records:
        try:
            found = records.find(run_id, pipeline=pipeline.name)
        except UnknownRunError as unknown:
            if there is None:
                raise
            return Replay(pipeline, _unrecorded(pipeline, there, run_id, unknown), step)
        if found.pipeline != pipeline.name:
            raise UsageError(
                f"run {found.run_id} is of the pipeline '{found.pipeline}', not '{pipeline.name}'"
            )
        return Replay(pipeline, _as_seen(pipeline, found, records), step)


def _places(
    stack: LocalStack | Stack | str | None, pipeline: Pipeline
) -> tuple[LocalStack, Stack | None]:
    """Give where runs are recorded here, and the stack if that is not this machine."""
    try:
        return place_of(stack, pipeline.stack), None
    except ElsewhereError as there:
        return there.stack.recorded(), there.stack


def _as_seen(pipeline: Pipeline, run: RunRecord, records: RunRecords) -> RunRecord:
    """Ask after a run that nobody has followed to its end; its record is left as it is."""
    if run.stack is None or run.state != "RUNNING":
        return run
    seen = again(pipeline, load_stack(run.stack), run, records).remote.look()
    return dataclasses.replace(run, steps={**seen.steps, **run.steps})


def _unrecorded(
    pipeline: Pipeline, stack: Stack, handle: str, unknown: UnknownRunError
) -> RunRecord:
    """Ask a stack for a run that began there, as a scheduled one does; it is not recorded here.

    Raises:
        UnknownRunError: there is none either.
        TargetError: it cannot be asked.
    """
    delivery, _ = prepare(pipeline, stack)
    try:
        remote = deployer(stack).attach(delivery, handle)
    except (UnreachableError, UnauthorizedError):
        raise
    except TargetError as error:
        raise UnknownRunError(f"{unknown}; and {error}") from None
    seen, ir = remote.look(), delivery.ir
    known = {parameter.key for parameter in ir.parameters}
    given = {key: value for key, value in remote.context.items() if key in known}
    return RunRecord(
        run_id=handle,
        pipeline=ir.name,
        snapshot_hash=digest(ir),
        run_date=remote.run_date,
        started_at=remote.run_date,
        state=seen.state,
        context=run_context(ir, given, ()),
        stack=stack.name,
        remote=remote.handle,
        url=remote.url,
        steps=seen.steps,
    )
