"""Run a user's pipeline: trace it, check it, execute it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowyml.api.executors import checked_stack
from flowyml.api.result import PipelineResult
from flowyml.api.versioning import record_run
from flowyml.engine.building import built
from flowyml.engine.cache import open_cache
from flowyml.engine.execution import execute
from flowyml.engine.progress import LogReporter, Reporter
from flowyml.engine.resume import Checkpoints, Rerun, Resume, find_earlier
from flowyml.engine.tracking import tracked
from flowyml.frontend.loader import alias_main
from flowyml.frontend.trace import functions, trace
from flowyml.stacks import LocalStack, Stack, place_of

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.ir import PipelineIR
    from flowyml.runtime.caching import Cache
    from flowyml.storage import ArtifactStore
    from flowyml.storage.records import RunRecords


def run_pipeline(
    pipeline: Pipeline,
    *,
    inputs: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    debug: bool = False,
    stack: LocalStack | Stack | str | None = None,
    reporter: Reporter | None = None,
    workers: int | None = None,
    source: str | None = None,
    rerun: Rerun | None = None,
    enable_cache: bool | None = None,
) -> PipelineResult:
    """Run a pipeline here; see `Pipeline.run` and `Pipeline.rerun`.

    Args:
        pipeline: the user's object; its own functions are called, so closures work.
        inputs: values for assets that no step produces, by name.
        context: overrides of context values, for this run only.
        run_date: the aware date that the run is for; None is the start.
        debug: run in this thread, one step after the other, and raise what fails.
        stack: where artifacts and records are kept, or its name in `flowyml.yaml`; None is the
            pipeline's, else what `load_stack()` chooses.
        reporter: who is told what happens; None logs failures and passes on what steps print.
        workers: how many steps may run at once; None goes by the machine.
        source: where the command line found the pipeline; None is where it was written.
        rerun: the earlier run to go on from.
        enable_cache: whether results may come from the cache; None is the pipeline's. What is to
            be re-executed from a step on never comes from there.

    Returns:
        The result, whether or not steps failed.

    Raises:
        CompileError: what is wrong with the pipeline, overrides or inputs, before anything runs.
        TypeError: an argument of another type than is asked for.
        UnknownRunError: there is no such run to go on from.
        UsageError: it cannot be gone on from, or has no such step.
    """
    place = place_of(checked_stack(stack), pipeline.stack)
    _check(Mapping, inputs=inputs or {}, context=context or {})
    store = _swept(place.artifacts())
    with tracked(pipeline) as tracking, place.records() as records:
        ir, resume = _checked(pipeline, inputs or (), context or (), records, rerun, enable_cache)
        pipeline.context.freeze()
        alias_main()
        record_run(pipeline, place)
        run = execute(
            ir,
            functions(pipeline),
            store=store,
            records=records,
            context=context,
            inputs=inputs,
            run_date=run_date,
            debug=debug,
            reporter=reporter or LogReporter(),
            executor=pipeline.executor,
            workers=workers,
            tracking=tracking,
            metrics=tracking is not None,
            checkpoints=Checkpoints(pipeline.enable_checkpointing, source, resume),
            cache=_cache(pipeline, store, wanted=enable_cache),
        )
    return PipelineResult(run)


def _checked(
    pipeline: Pipeline,
    inputs: Iterable[str],
    context: Iterable[str],
    records: RunRecords,
    rerun: Rerun | None,
    enable_cache: bool | None,  # noqa: FBT001 - the keyword of run()
) -> tuple[PipelineIR, Resume | None]:
    """Check the pipeline, together with the names of what the run is given."""
    earlier = None if rerun is None else find_earlier(records, rerun, pipeline)
    traced = trace(
        pipeline,
        inputs=(*(earlier.inputs if earlier else ()), *inputs),
        given=(*(earlier.context if earlier else ()), *context),
        enable_cache=enable_cache,
    )
    ir = built(pipeline, traced)
    return ir, Resume(earlier, ir, rerun) if rerun and earlier else None


def _cache(pipeline: Pipeline, store: ArtifactStore, *, wanted: bool | None) -> Cache | None:
    _check(bool, enable_cache=wanted or False)
    enabled = pipeline.enable_cache if wanted is None else wanted
    return open_cache(pipeline, store) if enabled else None


def _swept(store: ArtifactStore) -> ArtifactStore:
    store.sweep()
    return store


def _check(kind: type, **arguments: object) -> None:
    for keyword, value in arguments.items():
        if not isinstance(value, kind):
            raise TypeError(f"{keyword}= takes a {kind.__name__}, not {type(value).__name__}")
