"""Put the steps in a stable topological order (docs/semantics.md §1.4, §1.7)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, needs, topological
from flowyml.passes.places import at_step


def order_steps(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Sort the steps, or report the cycle that keeps them from being sorted."""
    steps = {step.name: step for step in ir.steps}
    try:
        order = topological(tuple(steps), {name: needs(step) for name, step in steps.items()})
    except ValueError as cycle:
        circle: tuple[str, ...] = cycle.args[0]
        return ir, (_cycle(ir, circle),)
    return ir.model_copy(update={"steps": tuple(steps[name] for name in order)}), ()


def _cycle(ir: PipelineIR, circle: tuple[str, ...]) -> Diagnostic:
    first = next(step for step in ir.steps if step.name == circle[0])
    return at_step(
        first,
        "FML108",
        f"the steps form a cycle: {' -> '.join(circle)}",
        help="one of them must not read what comes after it; if a gate closes the circle, "
        "set gate=False on it",
    )
