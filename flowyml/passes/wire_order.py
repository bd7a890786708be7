"""Turn `after=` and gates into control edges (docs/semantics.md §1.6)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import FromAsset, PipelineIR, StepNode, needs, producers
from flowyml.passes.places import at_step, declared


def wire_order(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Give each step its `after`: what it names, then the gates over what it reads."""
    wished = [_wished(step, ir.steps) for step in ir.steps]
    steps = tuple(step for step, _ in wished)
    found = [d for _, diagnostics in wished for d in diagnostics]
    found += [d for step in steps if (d := _pointless(step))]
    for gate in filter(_is_gate, steps):
        steps = _guarded(gate, steps)
    return ir.model_copy(update={"steps": steps}), tuple(found)


def _wished(step: StepNode, steps: tuple[StepNode, ...]) -> tuple[StepNode, list[Diagnostic]]:
    names = [other.name for other in steps]
    after: dict[str, None] = {}
    found: list[Diagnostic] = []
    for wish in declared(step).after:
        name = names[wish] if isinstance(wish, int) else wish
        if name in names:
            after[name] = None
        else:
            found.append(_unknown(step, name, names))
    own = tuple(name for name in after if name not in producers(step))
    return step.model_copy(update={"after": own}), found


def _unknown(step: StepNode, name: str, names: list[str]) -> Diagnostic:
    return at_step(
        step,
        "FML109",
        f"step '{step.name}' comes after '{name}', which is no step of this pipeline",
        subject=f"after '{name}'",
        help=near(name, set(names) - {step.name}),
    )


def _is_gate(step: StepNode) -> bool:
    wish = declared(step)
    reads = bool(_read(step))
    return reads and (
        wish.gate if wish.gate is not None else wish.returns_nothing and not wish.outputs
    )


def _read(step: StepNode) -> set[str]:
    return {p.binding.output for p in step.reads if isinstance(p.binding, FromAsset)}


def _pointless(step: StepNode) -> Diagnostic | None:
    if not declared(step).gate or _read(step):
        return None
    return at_step(
        step,
        "FML113",
        f"step '{step.name}' is a gate and reads no asset, so there is nothing to guard",
        help="let it read the asset that it checks, or order steps with after=[…]",
    )


def _guarded(gate: StepNode, steps: tuple[StepNode, ...]) -> tuple[StepNode, ...]:
    """Make later readers of the gate's assets wait for it, but never what the gate itself needs."""
    needed = _ancestors(gate, {step.name: step for step in steps})
    return tuple(
        step.model_copy(update={"after": (*step.after, gate.name)})
        if _waits(step, gate) and step.name not in needed
        else step
        for step in steps
    )


def _waits(step: StepNode, gate: StepNode) -> bool:
    later = declared(step).added > declared(gate).added
    return later and gate.name not in needs(step) and not _read(step).isdisjoint(_read(gate))


def _ancestors(step: StepNode, steps: dict[str, StepNode]) -> set[str]:
    found: set[str] = set()
    left = list(needs(step))
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(needs(steps[name]))
    return found
