"""How a run begins: the head of its record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import UsageError
from flowyml.engine.git import GitState
from flowyml.engine.overrides import run_context
from flowyml.engine.process import this_process
from flowyml.ir import PipelineIR, digest
from flowyml.runtime import ValueStore
from flowyml.storage.records import RunHead

if TYPE_CHECKING:
    from flowyml.engine.resume import Checkpoints
    from flowyml.engine.tracking import Tracking


def new_run(
    ir: PipelineIR,
    context: Mapping[str, Any],
    inputs: Mapping[str, Any],
    run_date: datetime | None,
    checkpoints: Checkpoints,
    tracking: Tracking | None,
    store: ValueStore,
) -> RunHead:
    """Begin a run: check what it is given, and note what its record starts with.

    Takes what `execute` takes.

    Raises:
        CompileError: what is wrong with the overrides or inputs.
        UsageError: a date without a time zone, or an input of an earlier run that is gone.
    """
    git = tracking.begin() if tracking else GitState()
    started_at = datetime.now(timezone.utc)
    resume = checkpoints.resume
    saved = {name: store.save(name, value) for name, value in inputs.items()}
    if resume:
        context, saved = resume.context(context), resume.inputs(saved)
        run_date = resume.earlier.run_date if run_date is None else run_date
    run = RunHead(
        run_id=_run_id(started_at),
        pipeline=ir.name,
        project=ir.project,
        version=ir.version,
        snapshot_hash=digest(ir),
        run_date=started_at if run_date is None else _utc(run_date),
        started_at=started_at,
        context=run_context(ir, context, saved),
        inputs=saved,
        source=checkpoints.source or _source(ir),
        checkpointing=checkpoints.enabled,
        resumed_from=resume.earlier.run_id if resume else None,
        process=this_process(),
        git_commit=git.commit,
        git_dirty=git.dirty,
    )
    if resume:
        resume.begin(run)
    return run


def _source(ir: PipelineIR) -> str | None:
    """Say where the pipeline was written, as the command line takes it."""
    file, variable = ir.source.file, ir.source.variable
    return f"{file}:{variable}" if file and variable else file


def _run_id(started_at: datetime) -> str:
    """Make an id that sorts by time, to the millisecond, and is told apart by chance."""
    milliseconds = started_at.microsecond // 1000
    return f"{started_at:%Y%m%d-%H%M%S}{milliseconds:03d}-{uuid.uuid4().hex[:8]}"


def _utc(date: datetime) -> datetime:
    example = "write for example datetime(2025, 1, 31, tzinfo=timezone.utc)"
    if not isinstance(date, datetime):
        raise UsageError(f"run_date={date!r} is no datetime; {example}")
    if date.tzinfo is None:
        raise UsageError(f"run_date={date.isoformat()} has no time zone; {example}")
    try:
        return date.astimezone(timezone.utc)
    except OverflowError:
        raise UsageError(
            f"run_date={date.isoformat()} is in no year from 1 to 9999 of UTC; {example}"
        ) from None
