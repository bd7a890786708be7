"""Turn `after=` and gates into control edges (docs/semantics.md §1.6)."""

from __future__ import annotations

from collections.abc import Iterable

from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import FromAsset, FromInput, PipelineIR, StepNode, needs, producers
from flowyml.passes.places import at_step, declared


def wire_order(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Give each step its `after`: what it names, then the gates over what it reads."""
    places = _places(ir.steps)
    wished = [_wished(step, places) for step in ir.steps]
    steps = tuple(step for step, _ in wished)
    found = [d for _, diagnostics in wished for d in diagnostics]
    found += [d for step in steps if (d := _pointless(step))]
    for gate in [step.name for step in steps if _is_gate(step)]:
        steps = _guarded(gate, {step.name: step for step in steps})
    return ir.model_copy(update={"steps": steps}), tuple(found)


def _places(steps: tuple[StepNode, ...]) -> dict[str, tuple[str, ...]]:
    """Map every name that `after=` may give to steps: a sub-pipeline's to those it ends with."""
    inner = {name for step in steps for name in needs(step)}
    found: dict[str, tuple[str, ...]] = {}
    for step in steps:
        for depth in range(1, len(step.group) + 1):
            ends = found.setdefault(".".join(step.group[:depth]), ())
            if step.name not in inner:
                found[".".join(step.group[:depth])] = (*ends, step.name)
    return {**found, **{step.name: (step.name,) for step in steps}}


def _wished(
    step: StepNode, places: dict[str, tuple[str, ...]]
) -> tuple[StepNode, list[Diagnostic]]:
    after = dict.fromkeys(step.after)
    found: list[Diagnostic] = []
    for wish in map(str, declared(step).after):
        if wish in places:
            after |= dict.fromkeys(places[wish])
        else:
            found.append(_unknown(step, wish, places))
    own = tuple(name for name in after if name not in producers(step))
    return step.model_copy(update={"after": own}), found


def _unknown(step: StepNode, name: str, names: Iterable[str]) -> Diagnostic:
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
    """Name the assets that a step reads, those of an enclosing pipeline among them."""
    bound = (p.binding for p in step.reads)
    return {
        binding.output if isinstance(binding, FromAsset) else f"input {binding.key}"
        for binding in bound
        if isinstance(binding, FromAsset | FromInput)
    }


def _pointless(step: StepNode) -> Diagnostic | None:
    if not declared(step).gate or _read(step):
        return None
    return at_step(
        step,
        "FML113",
        f"step '{step.name}' is a gate and reads no asset, so there is nothing to guard",
        help="let it read the asset that it checks, or order steps with after=[…]",
    )


def _guarded(name: str, steps: dict[str, StepNode]) -> tuple[StepNode, ...]:
    """Make later readers of a gate's assets wait for it, but never what the gate itself needs.

    It may have come to need more by the gates before it.
    """
    gate = steps[name]
    needed = _ancestors(gate, steps)
    return tuple(
        step.model_copy(update={"after": (*step.after, name)})
        if _waits(step, gate) and step.name not in needed
        else step
        for step in steps.values()
    )


def _waits(step: StepNode, gate: StepNode) -> bool:
    later = declared(step).added > declared(gate).added
    within = step.group[: len(gate.group)] == gate.group
    return (
        later
        and within
        and gate.name not in needs(step)
        and not _read(step).isdisjoint(_read(gate))
    )


def _ancestors(step: StepNode, steps: dict[str, StepNode]) -> set[str]:
    found: set[str] = set()
    left = list(needs(step))
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(needs(steps[name]))
    return found
