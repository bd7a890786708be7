"""Runs on a stack that is not this machine, recorded here like any other."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowyml.api.result import PipelineResult
from flowyml.api.versioning import record_run
from flowyml.backend import Delivery, RemoteRun, RunRequest
from flowyml.deploy.delivery import deliver, deployer, prepare
from flowyml.deploy.errors import TargetError
from flowyml.deploy.following import Followed
from flowyml.diagnostics import UsageError
from flowyml.engine.beginning import new_run
from flowyml.engine.overrides import run_context
from flowyml.engine.progress import LogReporter, Reporter
from flowyml.engine.resume import Checkpoints, Rerun
from flowyml.engine.tracking import tracked
from flowyml.frozen import dataclass
from flowyml.ir import digest, in_full
from flowyml.storage.records import RunHead, RunRecord, StepRecord

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.stacks import Stack
    from flowyml.storage.records import RunRecords


_log = logging.getLogger("flowyml")
_TYPED = {"debug": "--debug", "enable_cache": "--no-cache", "inputs": "--input"}
"""What the command line calls it."""


def run_there(
    pipeline: Pipeline,
    stack: Stack,
    *,
    inputs: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    reporter: Reporter | None = None,
    source: str | None = None,
    debug: bool = False,
    enable_cache: bool | None = None,
    rerun: Rerun | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> PipelineResult:
    """Deploy a pipeline to a stack, run it there, and wait for the end.

    Takes what `run_pipeline` takes, and gives what it gives.

    Args:
        say: told in one line what is done next.

    Raises:
        CompileError: what is wrong with the pipeline, the overrides or the inputs, before anything
            is written.
        UsageError: the stack does not say enough.
        TargetError: the target cannot be reached, or refuses.
        LostSightError: the run began, and what became of it cannot be seen; it goes on.
    """
    _refuse_local(stack, debug=debug, enable_cache=enable_cache is not None, rerun=rerun)
    delivery, _ = prepare(pipeline, stack, inputs=inputs or (), runs=True, say=say)
    _refuse_local(stack, inputs=inputs)  # if the target has not said so better
    run_context(delivery.ir, context or {}, ())
    deliver(delivery)
    with stack.recorded().records() as records:
        begun = begin(pipeline, delivery, records, context, run_date, source=source)
        return begun.follow(reporter or LogReporter())


def _refuse_local(stack: Stack, **asked: object) -> None:
    """Refuse what only a run on this machine can do."""
    for name, given in asked.items():
        if given:
            also = f" ({_TYPED[name]})" if name in _TYPED else ""
            raise UsageError(
                f"{name}{also} works on this machine only, and the stack '{stack.name}' is "
                f"{stack.orchestrator}; choose the stack 'local'"
            )


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A run that a target has begun, and that is recorded here."""

    head: RunHead
    delivery: Delivery
    remote: RemoteRun
    records: RunRecords
    metrics: bool = True
    done: Mapping[str, StepRecord] = dataclasses.field(default_factory=dict[str, StepRecord])

    def follow(self, reporter: Reporter) -> PipelineResult:
        """Follow the run to its end, record it, and say what became of it.

        Raises:
            LostSightError: the target does not say any more how it is.
            KeyboardInterrupt: Ctrl-C; the run goes on there, and can be followed again.
        """
        followed = Followed(
            self.delivery.ir,
            self.head,
            self.records,
            reporter,
            done=self.done,
            metrics=self.metrics,
        )
        try:
            return PipelineResult(followed.to_the_end(self.remote))
        except (KeyboardInterrupt, TargetError):
            _log.warning(
                "run %s goes on at %s; to follow it again: flowyml runs follow %s",
                self.head.run_id,
                self.head.url,
                self.head.run_id,
            )
            raise


def begin(
    pipeline: Pipeline,
    delivery: Delivery,
    records: RunRecords,
    context: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    *,
    source: str | None = None,
) -> Begun:
    """Begin a run of what was delivered, and record that.

    Args:
        pipeline: the user's object.
        delivery: what was delivered.
        records: where the run is recorded.
        context: overrides of context values, for this run only.
        run_date: the aware date that the run is for; None leaves it to the target.
        source: where the command line found the pipeline; None is where it was written.

    Raises:
        CompileError: what is wrong with the overrides.
        RecordsError: the run could not be recorded, so it does not begin.
        TargetError: the target refuses to run it.
    """
    ir, stack = delivery.ir, delivery.stack
    with tracked(pipeline) as tracking:
        checkpoints = Checkpoints(pipeline.enable_checkpointing, source)
        store = stack.recorded().artifacts()
        head = new_run(ir, context or {}, {}, run_date, checkpoints, tracking, store)
    overrides = in_full(ir, context or {})
    given = {key: head.context[key] for key in overrides}
    wanted = RunRequest(
        run_id=head.run_id, context=given, run_date=head.run_date if run_date else None
    )
    record_run(pipeline, stack.recorded())
    records.prepare()  # what begins there and is not recorded here would be lost sight of
    remote = deployer(stack).start(delivery, wanted)
    head = dataclasses.replace(
        head,
        run_date=remote.run_date,
        process=None,
        stack=stack.name,
        remote=remote.handle,
        url=remote.url,
    )
    records.start(head)
    return Begun(
        head=head,
        delivery=delivery,
        remote=remote,
        records=records,
        metrics=pipeline.enable_experiment_tracking,
    )


def again(pipeline: Pipeline, stack: Stack, run: RunRecord, records: RunRecords) -> Begun:
    """Find a run that was begun earlier, to follow it again.

    Args:
        pipeline: what ran.
        stack: where it runs.
        run: its record.
        records: where that is.

    Raises:
        UsageError: it did not begin on a stack, has ended, or the pipeline is another by now.
        TargetError: the target cannot be reached, or has no such run any more.
    """
    if run.remote is None:
        raise UsageError(f"run {run.run_id} is one of this machine, which is not followed")
    if run.state != "RUNNING":
        raise UsageError(f"run {run.run_id} has ended: flowyml runs show {run.run_id}")
    delivery, _ = prepare(pipeline, stack)
    if digest(delivery.ir) != run.snapshot_hash:
        raise UsageError(
            f"the pipeline '{run.pipeline}' has changed since run {run.run_id} began, so its steps "
            f"cannot be told apart there; take the earlier state of its code, or see {run.url}"
        )
    remote = deployer(stack).attach(delivery, run.remote)
    head = RunHead(
        **{field.name: getattr(run, field.name) for field in dataclasses.fields(RunHead)}
    )
    return Begun(
        head=head,
        delivery=delivery,
        remote=remote,
        records=records,
        metrics=pipeline.enable_experiment_tracking,
        done=run.steps,
    )
