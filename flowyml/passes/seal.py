"""Drop what only the passes needed, so that equal meanings are equal IRs."""

from __future__ import annotations

from typing import Any

from flowyml.diagnostics import Diagnostic
from flowyml.ir import Node, Parameter, PipelineIR, StepNode, TypeIR


def seal(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Remove declarations, and the base classes of types, which change with library versions."""
    update = {
        "inputs": (),
        "given": (),
        "pipelines": (),
        "steps": tuple(_sealed(step) for step in ir.steps),
        "parameters": tuple(p.model_copy(update={"problem": None}) for p in ir.parameters),
    }
    return ir.model_copy(update=update), ()


def _sealed(step: StepNode) -> StepNode:
    update = {
        "declared": None,
        "after": tuple(sorted(step.after)),
        "parameters": tuple(map(_unlimited, step.parameters)),
        "condition_parameters": tuple(map(_unlimited, step.condition_parameters)),
        "outputs": tuple(_plain(output) for output in step.outputs),
    }
    return step.model_copy(update=update)


def _unlimited(parameter: Parameter) -> Node:
    """Give a parameter without what is now said of the context parameter that it reads."""
    if parameter.limits or parameter.description:
        parameter = parameter.model_copy(update={"limits": None, "description": None})
    return _plain(parameter)


def _plain(node: Any) -> Node:
    """Give a parameter or output whose type has no bases."""
    plain: Node = node.model_copy(update={"type": _without_bases(node.type)})
    return plain


def _without_bases(type_: TypeIR | None) -> TypeIR | None:
    if type_ is None:
        return None
    args = tuple(arg for each in type_.args if (arg := _without_bases(each)))
    return type_.model_copy(update={"args": args, "bases": ()})
