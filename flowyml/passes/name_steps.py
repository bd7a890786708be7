"""Give every step a name of its own (docs/semantics.md §1.1)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, StepNode, unique_names
from flowyml.passes.places import at, at_step, declared


def name_steps(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Number repeated names, and refuse the same step twice and names of nothing."""
    names = unique_names(step.name for step in ir.steps)
    steps = tuple(s.model_copy(update={"name": n}) for s, n in zip(ir.steps, names, strict=True))
    found = [d for old, new in zip(ir.steps, steps, strict=True) if (d := _renamed(old, new))]
    return ir.model_copy(update={"steps": steps}), (*_pipeline(ir), *found)


def _renamed(old: StepNode, new: StepNode) -> Diagnostic | None:
    if declared(old).repeats:
        return at_step(
            old,
            "FML102",
            f"step '{old.name}' is added to the pipeline twice",
            help="remove one add_step(), or make a second step: step(function, name=…)",
        )
    if old.name != new.name:
        return at_step(
            new,
            "FML101",
            f"another step is called '{old.name}', so this one becomes '{new.name}'",
            severity="advice",
            help="give it a name of its own with @step(name=…)",
        )
    return None


def _pipeline(ir: PipelineIR) -> tuple[Diagnostic, ...]:
    place = at(None, "FML112", "a pipeline's name must not be empty", help="name it: Pipeline('…')")
    empty = at(
        None,
        "FML111",
        f"the pipeline '{ir.name}' has no steps",
        help="add some with add_step(…)",
    )
    return (place,) * (not ir.name.strip()) + (empty,) * (not ir.steps)
