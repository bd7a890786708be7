"""What a function shows of itself to whoever makes a step of it: parameters, result, docstring."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, get_args

from flowyml.api.dates import is_run_date
from flowyml.frontend.annotations import hints, type_ir
from flowyml.frontend.jsonlike import copied, json_problem
from flowyml.frontend.limits import said
from flowyml.frontend.returns import returns_nothing
from flowyml.ir import FromRunDate, Parameter, TypeIR, Unbound, unchecked

VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
"""The kinds of parameters that take any number of arguments."""


_parameter_ir, _unbound, _run_date = (
    unchecked(Parameter),
    unchecked(Unbound),
    unchecked(FromRunDate),
)


class Shown(NamedTuple):
    """What a function shows, whatever steps are made of it.

    Attributes:
        parameters: those that take one argument.
        names: of all parameters.
        kinds: of all parameters, as `inspect` has them.
        returns: the annotation of its result.
        returns_nothing: see `flowyml.frontend.returns`.
        doc: its docstring.
    """

    parameters: tuple[Parameter, ...]
    names: frozenset[str]
    kinds: frozenset[Any]
    returns: TypeIR | None
    returns_nothing: bool
    doc: str | None


def shown(function: Callable[..., Any]) -> Shown:
    """Look at a function."""
    annotations = hints(function)
    signature = inspect.signature(function)
    returns = annotations.get("return", inspect.Signature.empty)
    return Shown(
        parameters=_parameters(annotations, signature),
        names=frozenset(signature.parameters),
        kinds=frozenset(parameter.kind for parameter in signature.parameters.values()),
        returns=type_ir(annotations["return"]) if "return" in annotations else None,
        returns_nothing=returns_nothing(function, returns),
        doc=inspect.getdoc(function),
    )


def parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Read the parameters of a function that take one argument; they are not bound yet."""
    return _parameters(hints(function), inspect.signature(function))


def _parameters(
    annotations: Mapping[str, Any], signature: inspect.Signature
) -> tuple[Parameter, ...]:
    found = signature.parameters.values()
    return tuple(_parameter(p, annotations.get(p.name)) for p in found if p.kind not in VARIABLE)


def _parameter(parameter: inspect.Parameter, annotation: Any) -> Parameter:
    type_: TypeIR | None = type_ir(annotation) if annotation is not None else None
    position: Any = "only" if parameter.kind is parameter.POSITIONAL_ONLY else "keyword"
    if is_run_date(annotation) or any(is_run_date(arg) for arg in get_args(annotation)):
        return _parameter_ir(
            name=parameter.name, binding=_run_date(), type=type_, position=position
        )
    has_default = parameter.default is not parameter.empty
    plain = has_default and json_problem(parameter.default) is None
    more = said(annotation)
    return _parameter_ir(
        name=parameter.name,
        type=type_,
        position=position,
        limits=more.limits,
        description=more.description,
        binding=_unbound(
            required=not has_default,
            has_json_default=plain,
            default=copied(parameter.default) if plain else None,
        ),
    )
