"""What a run is given: overrides of context values, and values for assets no step produces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowyml.diagnostics import CompileError, Diagnostic, near
from flowyml.frontend.jsonlike import json_problem
from flowyml.ir import ContextParameter, FromInput, PipelineIR, meant_by
from flowyml.ir.limits import broken
from flowyml.runtime.casting import cast


def run_context(
    ir: PipelineIR, overrides: Mapping[str, Any], inputs: Iterable[str]
) -> dict[str, Any]:
    """Check what a run is given and give its context: the pipeline's values with the overrides.

    A key without a value is left out: each reader uses its function's own default.

    Args:
        ir: a checked IR.
        overrides: context values for this run; text is read as the type that the IR states.
        inputs: names of the values given to `run(inputs=…)`.

    Raises:
        CompileError: everything that is wrong with the overrides and the inputs, at once.
    """
    known = {parameter.key: parameter for parameter in ir.parameters}
    values = {key: p.default for key, p in known.items() if p.has_default}
    problems: list[Diagnostic] = []
    meant = {key: meant_by(key, overrides) for key in known}
    for name, value in overrides.items():
        parameters = [known[key] for key, override in meant.items() if override == name]
        if not parameters:
            problems.append(_unread(name, known))
        elif problem := json_problem(value):
            problems.append(_not_json(name, problem))
        else:
            for parameter in parameters:
                try:
                    read = cast(value, parameter.type, nullable=parameter.nullable)
                except ValueError as error:
                    problems.append(_wrong_type(parameter, error))
                else:
                    values[parameter.key] = read
                    if wanted := broken(read, parameter.limits or {}):
                        problems.append(_out_of_limits(parameter, read, wanted))
    problems += [_missing(p) for p in known.values() if p.required and meant[p.key] is None]
    problems += _input_problems(ir, set(inputs))
    if problems:
        raise CompileError(problems)
    return values


def _input_problems(ir: PipelineIR, given: set[str]) -> list[Diagnostic]:
    readers = dict(_readers(ir))
    return [
        *(_unread_input(name, readers) for name in sorted(given - readers.keys())),
        *(_no_input(name, readers[name]) for name in sorted(readers.keys() - given)),
    ]


def _readers(ir: PipelineIR) -> Iterator[tuple[str, str]]:
    for step in ir.steps:
        for parameter in step.reads:
            if isinstance(parameter.binding, FromInput):
                yield parameter.binding.key, step.name


def _unread(key: str, known: Iterable[str]) -> Diagnostic:
    _, _, last = key.rpartition(".")
    alike = [each for each in known if each.rpartition(".")[2] == last]  # of another part
    return Diagnostic(
        code="FML206",
        message=f"the override '{key}' is neither read by a step nor held by the context",
        subject=f"override '{key}'",
        help=near(key, alike or known) or "the pipeline has no context values",
    )


def _not_json(key: str, problem: str) -> Diagnostic:
    return Diagnostic(
        code="FML205",
        message=f"the override '{key}' is not plain JSON: {problem}",
        subject=f"override '{key}'",
        help="context values are None, bool, int, float, str, and lists and dicts of these; "
        "hand other values over with run(inputs=…)",
    )


_JSON = {"array": '["a", "b"]', "object": '{"a": 1}'}


def _wrong_type(parameter: ContextParameter, error: ValueError) -> Diagnostic:
    example = _JSON.get(parameter.type)
    as_text = f"; as text it is JSON, such as {example}" if example else ""
    return Diagnostic(
        code="FML204",
        message=f"the override '{parameter.key}': {error}",
        subject=f"override '{parameter.key}'",
        help=f"give a value of type {parameter.type}{as_text}",
    )


def _out_of_limits(parameter: ContextParameter, value: Any, wanted: str) -> Diagnostic:
    return Diagnostic(
        code="FML204",
        message=f"the override '{parameter.key}' is {value!r}, and has to be {wanted}",
        subject=f"override '{parameter.key}'",
        help="give another value",
    )


def _missing(parameter: ContextParameter) -> Diagnostic:
    return Diagnostic(
        code="FML104",
        message=f"the context value '{parameter.key}' has no value",
        file=parameter.span.file if parameter.span else None,
        line=parameter.span.line if parameter.span else None,
        subject=f"context '{parameter.key}'",
        help=f"give one: run(context={{'{parameter.key}': …}})",
    )


def _unread_input(name: str, known: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        code="FML206",
        message=f"run(inputs=…) gives '{name}', which no step reads from there",
        subject=f"input '{name}'",
        help=near(name, known) or "leave it out; a context value goes into run(context=…)",
    )


def _no_input(name: str, step: str) -> Diagnostic:
    return Diagnostic(
        code="FML104",
        message=f"step '{step}' needs '{name}', which was to be given to the run",
        subject=f"input '{name}'",
        help=f"give it: run(inputs={{'{name}': …}})",
    )
