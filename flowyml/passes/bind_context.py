"""Bind what is left to the context, with one type per key (docs/semantics.md §1.3, §2.5)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from flowyml.diagnostics import Diagnostic
from flowyml.ir import (
    ContextParameter,
    FromContext,
    JsonType,
    Parameter,
    PipelineIR,
    StepNode,
    Unbound,
    unchecked,
)
from flowyml.ir.limits import UNREAD, broken, unfit
from flowyml.passes.json_types import fits, join, json_type, type_of_value
from flowyml.passes.places import at, at_step, lookup, written
from flowyml.passes.wire_assets import own_output, unsupplied

_parameter, _from_key = unchecked(ContextParameter), unchecked(FromContext)


def bind_context(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Bind every unbound parameter to the context, and type every key over all its readers."""
    values = {parameter.key: parameter for parameter in ir.parameters}
    readers = _readers(ir)
    keys = sorted({*values, *readers})
    typed = [_typed(key, values.get(key), readers.get(key, [])) for key in keys]
    found = [
        *_collisions(ir, values),
        *_not_supplied(ir, values),
        *(d for _, diagnostics in typed for d in diagnostics),
    ]
    update = {
        "parameters": tuple(parameter for parameter, _ in typed),
        "steps": tuple(_bound(step) for step in ir.steps),
    }
    return ir.model_copy(update=update), tuple(found)


_STATE_OTHERS = "state limits that a value can keep"
_DO_IT_YOURSELF = "take it out, and check or change the value within the step"


@dataclasses.dataclass(frozen=True)
class _Reader:
    step: StepNode
    parameter: Parameter
    binding: Unbound
    type: JsonType | None
    nullable: bool


def _readers(ir: PipelineIR) -> dict[str, list[_Reader]]:
    found: dict[str, list[_Reader]] = {}
    for step in ir.steps:
        for parameter in step.reads:
            if isinstance(parameter.binding, Unbound):
                type_, nullable = json_type(parameter.type)
                reader = _Reader(step, parameter, parameter.binding, type_, nullable)
                found.setdefault(lookup(parameter), []).append(reader)
    return found


def _bound(step: StepNode) -> StepNode:
    update = {
        "parameters": tuple(map(_from_context, step.parameters)),
        "condition_parameters": tuple(map(_from_context, step.condition_parameters)),
    }
    return step.model_copy(update=update)


def _from_context(parameter: Parameter) -> Parameter:
    if not isinstance(parameter.binding, Unbound):
        return parameter
    key = lookup(parameter)
    binding = _from_key(key=key if key != parameter.name else None)
    return parameter.model_copy(update={"binding": binding})


def _typed(
    key: str, value: ContextParameter | None, readers: Sequence[_Reader]
) -> tuple[ContextParameter, list[Diagnostic]]:
    if value is not None and value.problem:
        return value, [_not_json(value)]
    has_default, default = _default(value, readers)
    stated: dict[JsonType, _Reader] = {r.type: r for r in reversed(readers) if r.type is not None}
    type_ = join(stated) if stated else type_of_value(default) if has_default else "any"
    found = [*_disagreement(key, stated), *_limit_problems(key, type_, readers)]
    nullable = any(reader.nullable for reader in readers) or (has_default and default is None)
    parameter = _parameter(
        key=key,
        type=type_,
        nullable=nullable and type_ not in ("any", "null"),
        required=not has_default and any(reader.binding.required for reader in readers),
        has_default=has_default,
        default=float(default) if type_ == "number" and type(default) is int else default,
        limits={k: v for r in readers for k, v in (r.parameter.limits or {}).items()} or None,
        description=next(
            (r.parameter.description for r in readers if r.parameter.description), None
        ),
        span=value.span if value else None,
    )
    if has_default and not found and not _accepts(default, type_, readers):
        found = [_wrong_type(parameter, default, readers)]
    if has_default and not found and (wanted := broken(parameter.default, parameter.limits or {})):
        found = [_out_of_limits(parameter, default, wanted, readers)]
    return parameter, found


def _default(value: ContextParameter | None, readers: Sequence[_Reader]) -> tuple[bool, Any]:
    """Take the context's value, else the default that all readers share, else none."""
    if value is not None:
        return True, value.default
    bindings = [reader.binding for reader in readers]
    first = bindings[0]
    shared = all(
        b.has_json_default and type(b.default) is type(first.default) and b.default == first.default
        for b in bindings
    )
    return (True, first.default) if shared else (False, None)


def _accepts(default: Any, type_: JsonType, readers: Sequence[_Reader]) -> bool:
    if default is None:
        own = all(not r.binding.required and r.binding.default is None for r in readers)
        return type_ in ("any", "null") or own or all(r.nullable or not r.type for r in readers)
    return fits(default, type_)


def _disagreement(key: str, stated: dict[JsonType, _Reader]) -> list[Diagnostic]:
    if not stated or join(stated) != "any" or "any" in stated:
        return []
    first, second = list(stated.values())[:2]
    return [
        at_step(
            first.step,
            "FML203",
            f"'{key}' is {first.parameter.type} for step '{first.step.name}' and "
            f"{second.parameter.type} for {written(second.step)}",
            subject=f"parameter '{key}'",
            help="a context value has one type over all steps; annotate both alike, or rename one",
        )
    ]


def _limit_problems(key: str, type_: JsonType, readers: Sequence[_Reader]) -> Iterator[Diagnostic]:
    """Refuse limits that a value of the type cannot keep, and those of which steps differ."""
    first: dict[str, _Reader] = {}
    for reader in readers:
        limits = reader.parameter.limits or {}
        if problem := unfit(limits, type_):
            unread = UNREAD in limits
            yield _limit(key, reader.step, problem, _DO_IT_YOURSELF if unread else _STATE_OTHERS)
        for name, limit in limits.items():
            other = first.setdefault(name, reader)
            stated = (other.parameter.limits or {})[name]
            if stated != limit:
                says = f"{name} is {stated!r}, and {limit!r} for {written(reader.step)}"
                yield _limit(key, other.step, says, "state each limit once, in one of the steps")


def _limit(key: str, step: StepNode, problem: str, remedy: str) -> Diagnostic:
    return at_step(
        step,
        "FML207",
        f"the limits of '{key}' in step '{step.name}' cannot be kept: {problem}",
        subject=f"parameter '{key}'",
        help=remedy,
    )


def _out_of_limits(
    parameter: ContextParameter, default: Any, wanted: str, readers: Sequence[_Reader]
) -> Diagnostic:
    reader = next(r for r in readers if r.parameter.limits)
    return at(
        parameter.span or reader.step.function.span,
        "FML204",
        f"'{parameter.key}' is {default!r}, and has to be {wanted}",
        subject=f"parameter '{parameter.key}'",
        help=f"give another value, or change the limits in step '{reader.step.name}'",
    )


def _not_json(value: ContextParameter) -> Diagnostic:
    return at(
        value.span,
        "FML205",
        f"the context value '{value.key}' is not plain JSON: {value.problem}",
        subject=f"context '{value.key}'",
        help="context values are None, bool, int, float, str, and lists and dicts of these; "
        "make the rest in a step",
    )


def _wrong_type(
    parameter: ContextParameter, default: Any, readers: Sequence[_Reader]
) -> Diagnostic:
    reader = next(r for r in readers if r.type is not None)
    return at(
        parameter.span or reader.step.function.span,
        "FML204",
        f"'{parameter.key}' is {default!r}, and step '{reader.step.name}' takes "
        f"{reader.parameter.type}",
        subject=f"parameter '{parameter.key}'",
        help=f"give a value of type {parameter.type}, or change the annotation",
    )


def _collisions(ir: PipelineIR, values: dict[str, ContextParameter]) -> list[Diagnostic]:
    return [
        at_step(
            step,
            "FML106",
            f"'{output.name}' is both an asset of step '{step.name}' and a context value",
            subject=f"output '{output.name}'",
            help="rename one of the two, so that a reader can only mean one",
        )
        for step in ir.steps
        for output in step.outputs
        if output.name in values
    ]


def _not_supplied(ir: PipelineIR, values: dict[str, ContextParameter]) -> list[Diagnostic]:
    assets = {output.name: step for step in ir.steps for output in step.outputs}
    held = {*values, *ir.given}
    known = {*assets, *held, *ir.inputs}
    found: list[Diagnostic] = []
    for step in ir.steps:
        own = {output.name for output in step.outputs}
        for parameter in step.reads:
            binding, name = parameter.binding, lookup(parameter)
            if not isinstance(binding, Unbound) or not binding.required or name in held:
                continue
            found.append(
                own_output(step, name)
                if name in own
                else _kept_out(step, name)
                if binding.context_only and name in assets
                else unsupplied(step, f"parameter '{name}'", name, assets, known)
            )
    return found


def _kept_out(step: StepNode, name: str) -> Diagnostic:
    return at_step(
        step,
        "FML104",
        f"step '{step.name}' needs '{name}', which is not among the inputs of its sub-pipeline",
        subject=f"parameter '{name}'",
        help=f"add '{name}' to inputs= of add_sub_pipeline()",
    )
