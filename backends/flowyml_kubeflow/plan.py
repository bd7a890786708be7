"""Which tasks a pipeline becomes: one for each step, gates in front of some, three for a map.

The backend starts a task once everything that it waits for has *succeeded* (its compiler writes
Argo's `X.Succeeded`), so whatever waits for a skipped task never runs. Where that is the meaning,
because no step outlives the skip, a condition is Kubeflow's own: a gate task evaluates it, and the
step's task has a `triggerPolicy`. Elsewhere the container of the step decides, and leaves a marker
that its readers understand (docs/adr/0014-skips-on-kubeflow.md).

A map task whose items are spread over pods is split into ranges, a loop works on these, and the
task with the step's own name collects what came of them (docs/adr/0015-maps-on-kubeflow.md).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from flowyml.frozen import dataclass
from flowyml.ir import FromRunDate, Parameter, PipelineIR, StepNode, kept, needs, topological
from flowyml_kubeflow.names import EACH, SPLIT, WHEN, WORK, part_name, task_name
from flowyml_kubeflow.skips import cascading, common, pairs

Role: TypeAlias = Literal["step", "gate", "split", "work", "collect"]
Graph: TypeAlias = tuple[str, ...]
"""A nested graph: the tasks that lead to it, outermost first; `()` is the pipeline's own."""

_MOST_RANGES = 40  # what tells of them is one parameter, of at most 8 kB
_RANGES_A_SLOT = 2  # so that uneven work evens out


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Job:
    """One task of the specification that has a container.

    Attributes:
        name: the task's name, unique in the whole specification.
        step: what its container is told to run.
        waits: the jobs that it waits for.
        role: what it does for the step: the whole, its conditions, or a part of a map.
        verdict: the gate that decided for it, if there is one.
        graph: where it stands.
    """

    name: str
    step: StepNode
    waits: tuple[str, ...]
    role: Role = "step"
    verdict: Verdict | None = None
    graph: Graph = ()

    @property
    def reads(self) -> tuple[Parameter, ...]:
        """The parameters whose values it gets: of a range's items, all but the collection."""
        if self.role == "collect":
            return ()
        return self.step.parameters[1:] if self.role == "work" else self.step.reads


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All jobs of a pipeline, in its order, and the graphs that are loops, each with its limit."""

    jobs: tuple[Job, ...]
    loops: Mapping[Graph, int]

    @property
    def graphs(self) -> tuple[Graph, ...]:
        """The nested graphs, outer ones first."""
        paths = [job.graph[:depth] for job in self.jobs for depth in range(1, len(job.graph) + 1)]
        return tuple(sorted(dict.fromkeys(paths), key=len))

    @property
    def dated(self) -> bool:
        """Whether a task reads the date of the run."""
        return any(isinstance(p.binding, FromRunDate) for job in self.jobs for p in job.step.reads)


def plan(ir: PipelineIR, *, spread: bool = False) -> Plan:
    """Give the tasks of a checked IR, in its order, each gate before the step that it is named by.

    Args:
        ir: the pipeline.
        spread: whether the backend can collect what a loop made, so that maps are loops.

    Example:
        >>> from flowyml.ir import Source
        >>> plan(PipelineIR(name="empty", source=Source(module="m"))).jobs
        ()
    """
    return _spread(ir) if spread else _together(ir)


def _plan(ir: PipelineIR, *, spread: bool) -> Plan:
    twos, falling, places = pairs(ir), cascading(ir), _places(ir)
    jobs: list[Job] = []
    loops: dict[Graph, int] = {}
    for step in ir.steps:
        for job in _jobs(step, twos, falling):
            placed = dataclasses.replace(job, graph=places[step.name])
            if spread and job.role == "step" and is_spread(step):
                jobs += _mapped(placed)
                loops[jobs[-2].graph] = step.map.concurrency if step.map else 0
            else:
                jobs.append(placed)
    return Plan(jobs=tuple(jobs), loops=loops)


_spread, _together = (kept(functools.partial(_plan, spread=each)) for each in (True, False))


def is_spread(step: StepNode) -> bool:
    """Tell whether the items of a step may be spread over pods.

    What holds for all of a map, its attempts, its time and its fallback, needs one process.
    """
    whole = step.retry or step.fallback or step.timeout is not None
    return step.map is not None and not whole


def most_ranges(step: StepNode) -> int:
    """Say into how many ranges the items of a map task are split at most."""
    return min(_RANGES_A_SLOT * step.map.concurrency, _MOST_RANGES) if step.map else 1


def _jobs(
    step: StepNode, twos: Mapping[str, tuple[StepNode, StepNode]], falling: frozenset[str]
) -> Iterator[Job]:
    native = step.name in falling
    if pair := twos.get(step.name):
        first, second = pair
        if step is first:
            yield _gate(common(first, second))
        wanted = step.when[0].negate == first.when[0].negate
        gate = part_name(first.name, WHEN)
        yield _decided(step, Verdict(gate=gate, wanted=wanted, native=native))
    elif step.when and native:
        yield _gate(step)
        yield _decided(step, Verdict(gate=part_name(step.name, WHEN)))
    else:
        yield Job(name=task_name(step.name), step=step, waits=_waits(step))


def _gate(step: StepNode) -> Job:
    return Job(name=part_name(step.name, WHEN), step=step, waits=_waits(step), role="gate")


def _decided(step: StepNode, verdict: Verdict) -> Job:
    """Let a step wait for its gate too; what only its conditions read stays with the gate.

    A step that Kubeflow does not leave out looks at its inputs itself, so it needs them all.
    """
    if verdict.native:
        step = step.model_copy(update={"condition_parameters": ()})
    waits = tuple(sorted({*_waits(step), verdict.gate}))
    return Job(name=task_name(step.name), step=step, waits=waits, verdict=verdict)


def _mapped(job: Job) -> tuple[Job, Job, Job]:
    """Split a map task: its conditions are decided by the first part, and the others follow."""
    step = job.step
    split, work = part_name(step.name, SPLIT), part_name(step.name, WORK)
    loop = (*job.graph, part_name(step.name, EACH))
    first = dataclasses.replace(job, name=split, role="split")
    second = Job(name=work, step=step, waits=(split, *_waits(step)), role="work", graph=loop)
    last = Job(name=job.name, step=step, waits=(split, work), role="collect", graph=job.graph)
    return first, second, last


def _waits(step: StepNode) -> tuple[str, ...]:
    return tuple(sorted(map(task_name, needs(step))))


def _places(ir: PipelineIR) -> dict[str, Graph]:
    """Give each step the graph of its sub-pipeline.

    A graph as a whole waits for what any of its tasks waits for. Where two would then wait for each
    other, or one for a step that needs it, sub-pipelines stay flat: their names tell them anyway.
    """
    taken = frozenset(task_name(step.name) for step in ir.steps)
    places = {step.name: _graph(step, taken) for step in ir.steps}
    edges: dict[Graph, dict[str, set[str]]] = {}
    for step in ir.steps:
        own = (*places[step.name], task_name(step.name))
        for other in needs(step):
            theirs = (*places[other], task_name(other))
            depth = depth_in_common(own, theirs)
            level = edges.setdefault(own[:depth], {})
            level.setdefault(own[depth], set()).add(theirs[depth])
            level.setdefault(theirs[depth], set())
    sound = all(map(_is_sound, edges.values()))
    return places if sound else dict.fromkeys(places, ())


def _graph(step: StepNode, taken: frozenset[str]) -> Graph:
    names = (".".join(step.group[:depth]) for depth in range(1, len(step.group) + 1))
    return tuple(part_name(n, "--graph") if task_name(n) in taken else task_name(n) for n in names)


def depth_in_common(one: Graph, other: Graph) -> int:
    """Count the graphs that two places have in common, from outside."""
    return next(n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)


def _is_sound(edges: Mapping[str, Iterable[str]]) -> bool:
    try:
        topological(sorted(edges), edges)
    except ValueError:
        return False
    return True
