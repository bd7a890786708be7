"""What a snapshot seals, and how that is found again later."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import CompileError, UsageError
from flowyml.frontend.dependencies import dependencies
from flowyml.ir import PipelineIR, StepNode, from_json, to_json
from flowyml.review.apart import apart
from flowyml.review.diff import Change, Diff, diff, label
from flowyml.review.meaning import meaning

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.snapshot import PipelineSnapshot


_BOUND_TOO_LATE = "FML005"


def sealed(pipeline: Pipeline) -> tuple[PipelineIR, dict[str, str]]:
    """Give what a pipeline means, without line numbers, and the versions of what it reaches.

    Graph and context are those of the object. Code and versions are what a new process finds, if
    the pipeline is in a file, above the line where loading ends: in this process, files may have
    been edited after they were imported, and variables have got other values.

    Raises:
        CompileError: what is wrong with the pipeline.
    """
    ir, versions = _here(pipeline)
    file, variable = pipeline.place and pipeline.place.file, ir.source.variable
    if not (file and variable):
        return ir, versions
    try:
        on_disk, versions = _on_disk(f"{file}:{variable}")
    except CompileError as error:
        if all(each.code == _BOUND_TOO_LATE for each in error.diagnostics):
            return ir, versions
        raise
    own = {step.name: step for step in on_disk.steps}
    steps = tuple(_with_code(step, own.get(step.name, step)) for step in ir.steps)
    return ir.model_copy(update={"steps": steps}), versions


def changes(snapshot: PipelineSnapshot, pipeline: Pipeline | None) -> Diff:
    """Compare a snapshot with what is there now; descriptions and places do not count.

    Args:
        snapshot: what was frozen.
        pipeline: whose graph and context count; None takes the module's own.

    Raises:
        CompileError: the pipeline cannot be read any more.
        UsageError: nobody knows where it is.
    """
    ir, versions = sealed(pipeline) if pipeline else _on_disk(_recorded_place(snapshot.ir))
    name = f"{label(snapshot.ir)} (frozen)"
    found = diff(snapshot.ir, ir, old_name=name, new_name=f"{label(ir)} (now)")
    told = [change for change in found.changes if change.what != "description"]
    return dataclasses.replace(
        found, changes=(*told, *_dependencies(snapshot.dependencies, versions))
    )


def _with_code(step: StepNode, other: StepNode) -> StepNode:
    """Give a step with the functions of another; conditions only if there are as many."""
    update: dict[str, Any] = {"function": other.function}
    if step.fallback and other.fallback:
        update["fallback"] = other.fallback
    if len(step.when) == len(other.when):
        update["when"] = tuple(
            own.model_copy(update={"function": their.function})
            for own, their in zip(step.when, other.when, strict=True)
        )
    return step.model_copy(update=update)


def _here(pipeline: Pipeline) -> tuple[PipelineIR, dict[str, str]]:
    return from_json(to_json(meaning(pipeline), lines=False)), dependencies(pipeline)


def _on_disk(spec: str) -> tuple[PipelineIR, dict[str, str]]:
    found = json.loads(apart(spec, _text))
    return from_json(found["ir"]), found["dependencies"]


def _text(pipeline: Pipeline) -> str:
    ir, versions = _here(pipeline)
    return json.dumps({"ir": to_json(ir), "dependencies": versions})


def _recorded_place(ir: PipelineIR) -> str:
    if ir.source.variable is None:
        raise UsageError(
            f"the pipeline '{ir.name}' was in no variable of a module when it was frozen, so it "
            "cannot be found again; pass it: verify(pipeline)"
        )
    return f"{ir.source.module}:{ir.source.variable}"


def _dependencies(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield Change(
                subject="dependency",
                name=name,
                kind="removed" if after is None else "added",
                grade="behaviour",
                old=before,
                new=after,
            )
        elif before != after:
            yield Change(
                subject="dependency",
                name=name,
                kind="changed",
                grade="behaviour",
                what="version",
                old=before,
                new=after,
            )
