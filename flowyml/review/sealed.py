"""What a snapshot seals, and how that is found again later."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from flowyml.diagnostics import FlowymlError, UsageError
from flowyml.frontend.dependencies import dependencies
from flowyml.ir import PipelineIR, StepNode, from_json, to_json
from flowyml.review.apart import apart
from flowyml.review.diff import Change, Diff, diff, label
from flowyml.review.meaning import meaning

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.snapshot import PipelineSnapshot


Code: TypeAlias = Literal["files", "process"]


class Sealed(NamedTuple):
    """What a snapshot seals.

    Attributes:
        ir: what the pipeline means, without line numbers.
        dependencies: versions of what it reaches.
        code: `files` if code and versions are what a new process finds. In this process, files may
            have been edited after they were imported, and variables have got other values.
            `process` where the files cannot be loaded, or do not hold the pipeline.
    """

    ir: PipelineIR
    dependencies: Mapping[str, str]
    code: Code


def seal(pipeline: Pipeline) -> Sealed:
    """Seal graph and context of the object, with the code of its files if they can be loaded.

    Raises:
        CompileError: what is wrong with the pipeline.
    """
    here = _here(pipeline)
    place = _place(pipeline, here.ir)
    if place is None:
        return here
    try:
        return _with_code(here.ir, _on_disk(place, quiet=True))
    except FlowymlError:  # a script that cannot be imported can be frozen all the same
        return here


def changes(snapshot: PipelineSnapshot, pipeline: Pipeline | None) -> Diff:
    """Compare a snapshot with what is there now; descriptions and places do not count.

    Args:
        snapshot: what was frozen.
        pipeline: whose graph and context count; None takes the module's own.

    Raises:
        CompileError: the pipeline cannot be read any more.
        UsageError: nobody knows where it is.
    """
    now = _now(snapshot, pipeline)
    names = f"{label(snapshot.ir)} (frozen)", f"{label(now.ir)} (now)"
    found = diff(snapshot.ir, now.ir, old_name=names[0], new_name=names[1])
    told = [change for change in found.changes if change.what != "description"]
    others = _dependencies(snapshot.dependencies, now.dependencies)
    return dataclasses.replace(found, changes=(*told, *others))


def _now(snapshot: PipelineSnapshot, pipeline: Pipeline | None) -> Sealed:
    if pipeline is None:
        return _on_disk(_recorded_place(snapshot.ir))
    here = _here(pipeline)
    place = _place(pipeline, here.ir)
    if place is None or snapshot.code == "process":
        return here
    return _with_code(here.ir, _on_disk(place))


def _place(pipeline: Pipeline, ir: PipelineIR) -> str | None:
    """Say where a new process finds the pipeline, if it is a variable of a module."""
    file, variable = pipeline.place and pipeline.place.file, ir.source.variable
    return f"{file}:{variable}" if file and variable else None


def _with_code(ir: PipelineIR, on_disk: Sealed) -> Sealed:
    own = {step.name: step for step in on_disk.ir.steps}
    steps = tuple(_step_with_code(step, own.get(step.name, step)) for step in ir.steps)
    return on_disk._replace(ir=ir.model_copy(update={"steps": steps}))


def _step_with_code(step: StepNode, other: StepNode) -> StepNode:
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


def _here(pipeline: Pipeline) -> Sealed:
    ir = from_json(to_json(meaning(pipeline), lines=False))
    return Sealed(ir, dependencies(pipeline), "process")


def _on_disk(spec: str, *, quiet: bool = False) -> Sealed:
    found = json.loads(apart(spec, _text, quiet=quiet))
    return Sealed(from_json(found["ir"]), found["dependencies"], "files")


def _text(pipeline: Pipeline) -> str:
    found = _here(pipeline)
    return json.dumps({"ir": to_json(found.ir), "dependencies": found.dependencies})


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
