"""A small pipeline's IR, and ways to change one thing in it."""

from __future__ import annotations

from typing import Any

from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    Function,
    MapSpec,
    Output,
    Parameter,
    PipelineIR,
    Predicate,
    Retry,
    Source,
    Span,
    StepNode,
    TypeIR,
)
from flowyml.review.diff import diff

INT, FLOAT = TypeIR(name="builtins.int"), TypeIR(name="builtins.float")
ALPHA = ContextParameter(key="alpha", type="number", has_default=True, default=0.5)
RATE = ContextParameter(key="rate", type="integer", required=True)


def function(name: str, digest: str = "") -> Function:
    span = Span(file="train.py", line=3)
    return Function(entrypoint=f"train:{name}", digest=digest or f"d-{name}", span=span)


def asset(name: str, step: str, **more: Any) -> Parameter:
    return Parameter(name=name, binding=FromAsset(step=step, output=name, **more))


LOAD = StepNode(
    name="load",
    function=function("load"),
    parameters=(Parameter(name="rate", binding=FromContext(), type=INT),),
    outputs=(Output(name="rows"), Output(name="schema", type=INT)),
    description="Load.",
)
CHECK = StepNode(
    name="check",
    function=function("check"),
    parameters=(asset("rows", "load"),),
    outputs=(Output(name="check"),),
)
CLEAN = StepNode(
    name="clean",
    function=function("clean"),
    parameters=(asset("rows", "load"), Parameter(name="alpha", binding=FromContext())),
    outputs=(Output(name="cleaned"),),
    after=("check",),
    map=MapSpec(concurrency=4),
)
TRAIN = StepNode(
    name="train",
    function=function("train"),
    parameters=(asset("cleaned", "clean", optional=True),),
    condition_parameters=(Parameter(name="rate", binding=FromContext()),),
    outputs=(Output(name="model"),),
    when=(Predicate(function=function("train#when[0]")),),
    retry=Retry(attempts=2),
    fallback=function("train#fallback"),
    timeout=60.0,
)
STEPS = (LOAD, CHECK, CLEAN, TRAIN)
IR = PipelineIR(
    name="training",
    source=Source(module="train", file="train.py", variable="pipeline"),
    description="Train.",
    version="v1",
    parameters=(ALPHA, RATE),
    steps=STEPS,
)


def of(node: Any, **update: Any) -> Any:
    """Give a node with other values."""
    return node.model_copy(update=update)


def step(name: str, **update: Any) -> PipelineIR:
    """Give the pipeline with one step changed."""
    steps = tuple(of(each, **update) if each.name == name else each for each in STEPS)
    return of(IR, steps=steps)


def lines(old: PipelineIR, new: PipelineIR) -> list[str]:
    """Give the lines of a diff between the first and the last."""
    return [str(change) for change in diff(old, new).changes]
