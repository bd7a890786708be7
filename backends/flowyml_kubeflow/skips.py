"""Who may leave a step out: Kubeflow itself, where nothing outlives the skip, or the step's pod."""

from __future__ import annotations

from collections.abc import Mapping

from flowyml.ir import FromAsset, Parameter, PipelineIR, StepNode, dependents, needs


def cascading(ir: PipelineIR) -> frozenset[str]:
    """Name the steps whose skip no other step outlives: all that need them are skipped with them.

    A step outlives a skip if it only comes after, has a default, takes what another one makes, or
    stands outside of the skipped step's sub-pipeline, of which it then waits for the whole.
    """
    users = dependents(ir)
    nodes = {step.name: step for step in ir.steps}
    found: set[str] = set()
    for step in reversed(ir.steps):
        if all(user in found and _falls(nodes[user], step) for user in users[step.name]):
            found.add(step.name)
    return frozenset(found)


def pairs(ir: PipelineIR) -> Mapping[str, tuple[StepNode, StepNode]]:
    """Map each of two complementary producers to both, in the pipeline's order."""
    shared: dict[str, StepNode] = {}
    found: dict[str, tuple[StepNode, StepNode]] = {}
    for step in ir.steps:
        name = step.when[0].shared if step.when else None
        if name is None:
            continue
        first = shared.setdefault(name, step)
        if first is not step:
            found |= dict.fromkeys((first.name, step.name), (first, step))
    return found


def common(first: StepNode, second: StepNode) -> StepNode:
    """Give the gate of a pair what both steps read, which is what their predicate may read.

    It waits for what both wait for, so that nothing but the predicate's own needs stops it.
    """
    theirs = {p.name: p for p in second.reads}
    both = [p for p in first.reads if p.name in theirs and _same(p, theirs[p.name])]
    read = {p.binding.step for p in both if isinstance(p.binding, FromAsset)}
    after = [n for n in needs(first) if n in needs(second) and n not in read]
    update = {
        "parameters": tuple(_eased(p, theirs[p.name]) for p in both),
        "condition_parameters": (),
        "after": tuple(after),
    }
    return first.model_copy(update=update)


def _falls(step: StepNode, skipped: StepNode) -> bool:
    bindings = [p.binding for p in step.reads if isinstance(p.binding, FromAsset)]
    reads = any(b.step == skipped.name and not b.otherwise and not b.optional for b in bindings)
    return reads and step.group == skipped.group


def _same(one: Parameter, other: Parameter) -> bool:
    return _required(one) == _required(other)


def _required(parameter: Parameter) -> object:
    if isinstance(parameter.binding, FromAsset):
        return parameter.binding.model_copy(update={"optional": False})
    return parameter.binding


def _eased(one: Parameter, other: Parameter) -> Parameter:
    """Let the gate do without a value that one of the two steps does without."""
    return other if getattr(other.binding, "optional", False) else one
