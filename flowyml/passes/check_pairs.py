"""Check that complementary steps ask their predicate one question (docs/semantics.md §1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from flowyml.diagnostics import Diagnostic
from flowyml.ir import Binding, FromAsset, PipelineIR, StepNode
from flowyml.passes.declare_outputs import complementary_pairs
from flowyml.passes.places import at_step, declared, written


def check_pairs(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Report what a shared predicate would read differently, depending on which step asks it."""
    return ir, tuple(
        diagnostic
        for first, second in complementary_pairs(ir.steps)
        for diagnostic in _compared(first, second)
    )


def _compared(first: StepNode, second: StepNode) -> Iterator[Diagnostic]:
    for name in declared(first).condition_reads:
        one, other = _binding(first, name), _binding(second, name)
        if one != other:
            yield at_step(
                second,
                "FML103",
                f"step '{second.name}' shares its outputs with {written(first)}, and their "
                f"predicate would read '{name}' differently: as {_said(one)} for "
                f"'{first.name}', as {_said(other)} for '{second.name}'",
                subject=f"parameter '{name}'",
                help="let both steps bind it alike: the predicate is evaluated once for both",
            )


def _binding(step: StepNode, name: str) -> Binding | None:
    return next((p.binding for p in step.reads if p.name == name), None)


def _said(binding: Binding | None) -> str:
    if isinstance(binding, FromAsset):
        missing = ", or a default" if binding.optional else ""
        return f"the {binding.view} of '{binding.output}'{missing}"
    return "a default" if binding is None else f"a value of the {binding.kind.replace('_', ' ')}"
