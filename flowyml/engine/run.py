"""Run a user's pipeline: trace it, check it, execute it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowyml.api.result import PipelineResult
from flowyml.engine.execution import execute
from flowyml.engine.progress import LogReporter, Reporter
from flowyml.engine.tracking import tracked
from flowyml.frontend.loader import alias_main
from flowyml.frontend.trace import functions, trace
from flowyml.passes import build
from flowyml.stacks.local import LocalStack

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


def run_pipeline(
    pipeline: Pipeline,
    *,
    inputs: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    run_date: datetime | None = None,
    debug: bool = False,
    stack: LocalStack | None = None,
    reporter: Reporter | None = None,
    workers: int | None = None,
) -> PipelineResult:
    """Run a pipeline here; see `Pipeline.run`.

    Args:
        pipeline: the user's object; its own functions are called, so closures work.
        inputs: values for assets that no step produces, by name.
        context: overrides of context values, for this run only.
        run_date: the aware date that the run is for; None is the start.
        debug: run in this thread, one step after the other, and raise what fails.
        stack: where artifacts and records are kept; None is the pipeline's, else the default.
        reporter: who is told what happens; None logs failures and passes on what steps print.
        workers: how many steps may run at once; None goes by the machine.

    Returns:
        The result, whether or not steps failed.

    Raises:
        CompileError: what is wrong with the pipeline, overrides or inputs, before anything runs.
        TypeError: an argument of another type than is asked for.
    """
    place = stack or pipeline.stack or LocalStack()
    _check("stack", place, LocalStack)
    _check("inputs", inputs or {}, Mapping)
    _check("context", context or {}, Mapping)
    with tracked(pipeline) as tracking, place.records() as records:
        ir = build(trace(pipeline, inputs=tuple(inputs or ()), given=tuple(context or ())))
        pipeline.context.freeze()
        alias_main()
        run = execute(
            ir,
            functions(pipeline),
            store=place.artifacts(),
            records=records,
            context=context,
            inputs=inputs,
            run_date=run_date,
            debug=debug,
            reporter=reporter or LogReporter(),
            executor=pipeline.executor,
            workers=workers,
            tracking=tracking,
        )
    return PipelineResult(run)


def _check(keyword: str, value: object, wanted: type) -> None:
    if not isinstance(value, wanted):
        raise TypeError(f"{keyword}= takes a {wanted.__name__}, not {type(value).__name__}")
