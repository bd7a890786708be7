"""Check that every fallback can be called with what its step has (docs/semantics.md §3)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, StepNode
from flowyml.passes.places import at, declared

_ERROR = "error"
"""The parameter that gets what the last attempt raised."""


def check_fallbacks(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Report the parameters of fallbacks that nothing is bound to."""
    return ir, tuple(
        _unbound(step, name, known)
        for step in ir.steps
        for known in [{_ERROR, *(p.name for p in step.reads)}]
        for name in declared(step).fallback_needs
        if name not in known
    )


def _unbound(step: StepNode, name: str, known: set[str]) -> Diagnostic:
    span = step.fallback.span if step.fallback and step.fallback.span else step.function.span
    return at(
        span,
        "FML116",
        f"the fallback of step '{step.name}' needs '{name}', and is called with the step's own "
        "parameters and 'error'",
        subject=f"parameter '{name}'",
        help=f"call its parameters as the step's are called ({', '.join(sorted(known))}), or give "
        "this one a default",
    )
