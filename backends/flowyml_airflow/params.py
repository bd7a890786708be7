"""Context parameters become the DAG's params, with the types that the trigger form checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from flowyml.ir import ContextParameter, PipelineIR
from flowyml.runtime.describing import context_limits
from flowyml_airflow.code import Call

_EXACT = 2**53  # Airflow's trigger form is JavaScript: a larger whole number would be rounded


def lower_params(parameters: Iterable[ContextParameter]) -> dict[str, Call]:
    """Give the `params` of a DAG.

    A parameter without a default that no step requires is left out: Airflow hands over any other
    key that a trigger gives, and without one the step's function has its own default.
    """
    return {p.key: lower_param(p) for p in parameters if _is_declared(p)}


def unchecked_limits(ir: PipelineIR) -> dict[str, Mapping[str, JsonValue]]:
    """Give, by key, the limits that Airflow does not check when a run is triggered."""
    left = {p.key for p in ir.parameters if not _is_declared(p) or is_inexact(p.default)}
    return {key: limits for key, limits in context_limits(ir).items() if key in left}


def _is_declared(parameter: ContextParameter) -> bool:
    return parameter.has_default or parameter.required


def lower_param(parameter: ContextParameter) -> Call:
    """Give one `Param(default, type=…)`.

    A value with a whole number beyond 2**53 goes as its JSON text, which the runtime reads back
    (docs/semantics.md §2.5) and holds to its limits; text is accepted beside the parameter's own
    type.
    """
    inexact = is_inexact(parameter.default)
    default = json.dumps(parameter.default) if inexact else parameter.default
    types = [*["null"] * parameter.nullable, parameter.type, *["string"] * inexact]
    keywords: dict[str, JsonValue] = {}
    if parameter.type != "any":
        keywords["type"] = [*types] if types[1:] else types[0]
    if parameter.description:
        keywords["description"] = parameter.description
    if not inexact:
        keywords |= parameter.limits or {}
    if "enum" in keywords and parameter.nullable:
        keywords["enum"] = [*cast("list[JsonValue]", keywords["enum"]), None]
    return Call("Param", (default,) if parameter.has_default else (), keywords)


def is_inexact(value: JsonValue) -> bool:
    """Tell whether a plain value holds a whole number that JavaScript would round."""
    if isinstance(value, list):
        return any(map(is_inexact, value))
    if isinstance(value, dict):
        return any(map(is_inexact, value.values()))
    return type(value) is int and abs(value) > _EXACT
