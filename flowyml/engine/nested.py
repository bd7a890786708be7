"""Run the pipeline that a dynamic step built (docs/semantics.md §3)."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.engine.execution import execute
from flowyml.frontend.trace import functions, trace
from flowyml.ir import FromAsset, PipelineIR, StepNode
from flowyml.passes import build
from flowyml.runtime import NestedError
from flowyml.runtime.nesting import Nested, Place
from flowyml.storage import ArtifactStore, restore_asset

if TYPE_CHECKING:
    from flowyml.storage import Reference
    from flowyml.storage.records import RunRecord, StepRecord


def run_nested(pipeline: Any, place: Place) -> Nested:
    """Build, check and run a pipeline within a step.

    Args:
        pipeline: what the dynamic step's function returned.
        place: where the step stands.

    Returns:
        The step's value, and what became of the pipeline's steps.

    Raises:
        NestedError: no pipeline, or one that failed; the cause is what its step raised.
        CompileError: what is wrong with the pipeline.
    """
    from flowyml.api.pipeline import Pipeline

    if not isinstance(pipeline, Pipeline):
        raise NestedError(
            f"dynamic step '{place.step}' returned {type(pipeline).__name__}; it has to return the "
            "Pipeline that does its work"
        )
    return copy_context().run(_run, pipeline, place)


def _run(pipeline: Any, place: Place) -> Nested:
    place.deeper()
    ir = build(trace(pipeline))
    _refuse_places(ir, place)
    with _store(place) as (store, lasting):
        run = execute(ir, functions(pipeline), store=store, run_date=place.run_date)
        steps = {name: _told(step, lasting=lasting) for name, step in run.steps.items()}
        if run.state != "SUCCEEDED":
            raise _failure(run, place, steps)
        if skipped := _skipped(ir, run, place):
            raise NestedError(skipped, steps)
        return Nested(value=_value(ir, run, place, store), steps=steps)


def _refuse_places(ir: PipelineIR, place: Place) -> None:
    """Refuse steps that ask for a place of their own: all run where the dynamic step does.

    Raises:
        CompileError: FML117, for each of them.
    """
    asking = [step for step in ir.steps if step.image or step.resources]
    if asking:
        raise CompileError([_displaced(step, place) for step in asking])


def _displaced(step: StepNode, place: Place) -> Diagnostic:
    span = step.function.span
    return Diagnostic(
        code="FML117",
        message=f"step '{step.name}' asks for an image or resources of its own, and runs within "
        f"the dynamic step '{place.step}'",
        file=span.file if span else None,
        line=span.line if span else None,
        subject=f"step '{step.name}'",
        help=f"give them to '{place.step}': @dynamic(image=…, resources=…)",
    )


@contextmanager
def _store(place: Place) -> Generator[tuple[ArtifactStore, bool]]:
    """Give the store for the values between nested steps, and whether it outlasts the run."""
    if place.store is not None:
        yield ArtifactStore(place.store), True
        return
    with tempfile.TemporaryDirectory(prefix="flowyml-nested-") as folder:
        yield ArtifactStore(folder), False


def _told(step: StepRecord, *, lasting: bool) -> dict[str, Any]:
    return {
        "state": step.state,
        "outputs": {name: ref.to_dict() for name, ref in step.outputs.items() if lasting},
        "attempts": step.attempts,
        "error": step.error,
        "duration_seconds": step.duration_seconds,
        "recovered": step.recovered,
        "metrics": dict(step.metrics),
        "nested": dict(step.nested),
    }


def _failure(run: RunRecord, place: Place, steps: Mapping[str, dict[str, Any]]) -> NestedError:
    """Name the first step that failed, with what it raised as the cause."""
    name, step = next((n, s) for n, s in run.steps.items() if s.state == "FAILED")
    last = (step.error or "").strip().rpartition("\n")[2]
    error = NestedError(
        f"the pipeline '{run.pipeline}' that step '{place.step}' built failed in its step "
        f"'{name}': {last}",
        steps,
    )
    error.__cause__ = step.exception
    return error


def _skipped(ir: PipelineIR, run: RunRecord, place: Place) -> str | None:
    """Say that a declared output was skipped, if one was; nothing else may stand in for it."""
    made = {output.name for step in ir.steps for output in step.outputs}
    missing = [name for name in place.outputs if name not in _produced(run)]
    if not missing or not made.issuperset(place.outputs):
        return None
    return (
        f"the pipeline '{run.pipeline}' that step '{place.step}' built skipped '{missing[0]}', "
        f"which the step declares; give '{place.step}' the condition, or make it in either case"
    )


def _produced(run: RunRecord) -> dict[str, Reference]:
    return {name: ref for step in run.steps.values() for name, ref in step.outputs.items()}


def _value(ir: PipelineIR, run: RunRecord, place: Place, store: ArtifactStore) -> Any:
    """Load the assets that the step declares, if there are all of them, else the terminal ones."""
    produced = _produced(run)
    if produced.keys() >= set(place.outputs):
        names: tuple[str, ...] = place.outputs
    else:
        read = {
            p.binding.output for s in ir.steps for p in s.reads if isinstance(p.binding, FromAsset)
        }
        names = tuple(name for name in produced if name not in read)
    values = {name: restore_asset(store.load(produced[name]), produced[name]) for name in names}
    return values[names[0]] if names == place.outputs and len(names) == 1 else values
