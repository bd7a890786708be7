"""Give every step a name of its own (docs/semantics.md §1.1)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, StepNode, SubPipeline, unique_names
from flowyml.passes.places import at, declared


def name_steps(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Number repeated names, and refuse the same step twice and names of nothing."""
    parts: list[StepNode | SubPipeline] = sorted((*ir.steps, *ir.pipelines), key=_added)
    given = dict(zip(map(_added, parts), unique_names(part.name for part in parts), strict=True))
    names = tuple(given[_added(step)] for step in ir.steps)
    update = {
        "steps": tuple(_named(s, n, names) for s, n in zip(ir.steps, names, strict=True)),
        "pipelines": tuple(p.model_copy(update={"name": given[_added(p)]}) for p in ir.pipelines),
    }
    found = [d for part in parts if (d := _renamed(part, given[_added(part)]))]
    return ir.model_copy(update=update), (*_pipeline(ir), *found)


def _added(part: StepNode | SubPipeline) -> int:
    return part.added if isinstance(part, SubPipeline) else declared(part).added


def _named(step: StepNode, name: str, names: tuple[str, ...]) -> StepNode:
    """Give a step its name, and the names of the steps that it comes after."""
    wish = declared(step)
    after = tuple(names[other] if isinstance(other, int) else other for other in wish.after)
    return step.model_copy(
        update={"name": name, "declared": wish.model_copy(update={"after": after})}
    )


def _renamed(part: StepNode | SubPipeline, name: str) -> Diagnostic | None:
    if isinstance(part, SubPipeline):
        place, remedy = part.span, "add_sub_pipeline(…, name=…)"
    else:
        place, remedy = part.function.span, "@step(name=…)"
        if declared(part).repeats:
            return at(
                place,
                "FML102",
                f"step '{part.name}' is added to the pipeline twice",
                help="remove one add_step(), or make a second step: step(function, name=…)",
            )
    if name == part.name:
        return None
    return at(
        place,
        "FML101",
        f"another step or part is called '{part.name}', so this one becomes '{name}'",
        severity="advice",
        help=f"give it a name of its own with {remedy}",
    )


def _pipeline(ir: PipelineIR) -> tuple[Diagnostic, ...]:
    place = at(None, "FML112", "a pipeline's name must not be empty", help="name it: Pipeline('…')")
    empty = at(
        None,
        "FML111",
        f"the pipeline '{ir.name}' has no steps",
        help="add some with add_step(…)",
    )
    return (place,) * (not ir.name.strip()) + (empty,) * (not ir.steps and not ir.pipelines)
