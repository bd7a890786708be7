"""Which tasks a pipeline becomes: one for each step, and the gates in front of some.

The backend starts a task once everything that it waits for has *succeeded* (its compiler writes
Argo's `X.Succeeded`), so whatever waits for a skipped task never runs. Where that is the meaning,
because no step outlives the skip, a condition is Kubeflow's own: a gate task evaluates it, and the
step's task has a `triggerPolicy`. Elsewhere the container of the step decides, and leaves a marker
that its readers understand (docs/adr/0009-skips-on-kubeflow.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from flowyml.ir import FromAsset, Parameter, PipelineIR, StepNode, dependents, needs
from flowyml_kubeflow.names import gate_name, task_name


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a gate task said, as one step takes it.

    Attributes:
        gate: the gate's task.
        wanted: the verdict with which the step runs.
        native: whether Kubeflow itself leaves the step out otherwise.
    """

    gate: str
    wanted: bool = True
    native: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Job:
    """One task of the specification.

    Attributes:
        name: the task's name.
        step: what its container is told to run.
        waits: the tasks that it waits for.
        decides: whether it evaluates the step's conditions rather than the step.
        verdict: the gate that decided for it, if there is one.
    """

    name: str
    step: StepNode
    waits: tuple[str, ...]
    decides: bool = False
    verdict: Verdict | None = None


def plan(ir: PipelineIR) -> tuple[Job, ...]:
    """Give the tasks of a checked IR, in its order, each gate before the step that it is named by.

    Example:
        >>> from flowyml.ir import Source
        >>> plan(PipelineIR(name="empty", source=Source(module="m")))
        ()
    """
    pairs = _pairs(ir)
    cascading = _cascading(ir)
    return tuple(job for step in ir.steps for job in _jobs(step, pairs, cascading))


def _jobs(
    step: StepNode, pairs: Mapping[str, tuple[StepNode, StepNode]], cascading: frozenset[str]
) -> Iterator[Job]:
    native = step.name in cascading
    if pair := pairs.get(step.name):
        first, second = pair
        if step is first:
            yield _gate(_common(first, second))
        wanted = step.when[0].negate == first.when[0].negate
        yield _decided(step, Verdict(gate=gate_name(first.name), wanted=wanted, native=native))
    elif step.when and native:
        yield _gate(step)
        yield _decided(step, Verdict(gate=gate_name(step.name)))
    else:
        yield Job(name=task_name(step.name), step=step, waits=_waits(step))


def _gate(step: StepNode) -> Job:
    return Job(name=gate_name(step.name), step=step, waits=_waits(step), decides=True)


def _decided(step: StepNode, verdict: Verdict) -> Job:
    """Let a step wait for its gate too; what only its conditions read stays with the gate.

    A step that Kubeflow does not leave out looks at its inputs itself, so it needs them all.
    """
    if verdict.native:
        step = step.model_copy(update={"condition_parameters": ()})
    waits = tuple(sorted({*_waits(step), verdict.gate}))
    return Job(name=task_name(step.name), step=step, waits=waits, verdict=verdict)


def _waits(step: StepNode) -> tuple[str, ...]:
    return tuple(sorted(map(task_name, needs(step))))


def _cascading(ir: PipelineIR) -> frozenset[str]:
    """Name the steps whose skip no other step outlives: all that need them are skipped with them.

    A step outlives a skip if it only comes after, has a default, or takes what another one makes.
    """
    users = dependents(ir)
    nodes = {step.name: step for step in ir.steps}
    found: set[str] = set()
    for step in reversed(ir.steps):
        if all(user in found and _falls(nodes[user], step.name) for user in users[step.name]):
            found.add(step.name)
    return frozenset(found)


def _falls(step: StepNode, skipped: str) -> bool:
    bindings = (p.binding for p in step.reads if isinstance(p.binding, FromAsset))
    return any(b.step == skipped and not b.otherwise and not b.optional for b in bindings)


def _pairs(ir: PipelineIR) -> dict[str, tuple[StepNode, StepNode]]:
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


def _common(first: StepNode, second: StepNode) -> StepNode:
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


def _same(one: Parameter, other: Parameter) -> bool:
    return _required(one) == _required(other)


def _required(parameter: Parameter) -> object:
    if isinstance(parameter.binding, FromAsset):
        return parameter.binding.model_copy(update={"optional": False})
    return parameter.binding


def _eased(one: Parameter, other: Parameter) -> Parameter:
    """Let the gate do without a value that one of the two steps does without."""
    return other if getattr(other.binding, "optional", False) else one
