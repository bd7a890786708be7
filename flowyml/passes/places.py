"""Diagnostics that point at a step."""

from __future__ import annotations

from typing import Any

from flowyml.diagnostics import Diagnostic
from flowyml.ir import Declared, Parameter, Span, StepNode, Unbound


def at(span: Span | None, code: str, message: str, **fields: Any) -> Diagnostic:
    """Make a diagnostic that points at a span."""
    return Diagnostic(
        code=code,
        message=message,
        file=span.file if span else None,
        line=span.line if span else None,
        **fields,
    )


def at_step(step: StepNode, code: str, message: str, **fields: Any) -> Diagnostic:
    """Make a diagnostic that points at a step's function."""
    return at(step.function.span, code, message, **fields)


def written(step: StepNode) -> str:
    """Name a step with its place: `'clean' (pipelines/train.py:5)`."""
    span = step.function.span
    return f"'{step.name}' ({span.file}:{span.line})" if span else f"'{step.name}'"


def declared(step: StepNode) -> Declared:
    """Give what the user declared; every step has it until the IR is sealed."""
    return step.declared or Declared()


def lookup(parameter: Parameter) -> str:
    """Give the name that a parameter asks for: within a sub-pipeline, not always its own."""
    binding = parameter.binding
    return (isinstance(binding, Unbound) and binding.name) or parameter.name
