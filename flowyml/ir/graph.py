"""Questions about the graph of an IR; every answer is in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from flowyml.ir.nodes import Binding, FromAsset, PipelineIR, StepNode


def producers(step: StepNode) -> tuple[str, ...]:
    """Name the steps whose assets a step reads, each once, in the order of its parameters."""
    return tuple({name: None for p in step.reads for name in _sources(p.binding)})


def _sources(binding: Binding) -> tuple[str, ...]:
    if not isinstance(binding, FromAsset):
        return ()
    return (binding.step, binding.otherwise) if binding.otherwise else (binding.step,)


def needs(step: StepNode) -> tuple[str, ...]:
    """Name every step that must finish before this one: its producers, then its `after`."""
    made = producers(step)
    return tuple(dict.fromkeys((*made, *step.after))) if step.after else made


def dependents(ir: PipelineIR) -> dict[str, tuple[str, ...]]:
    """Map each step to the steps that need it, in the order of the pipeline."""
    found: dict[str, list[str]] = {step.name: [] for step in ir.steps}
    for step in ir.steps:
        for name in needs(step):
            found[name].append(step.name)
    return {name: tuple(steps) for name, steps in found.items()}


def topological(order: Sequence[str], edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Sort names so that each follows what it needs; ties are broken by the given order.

    Args:
        order: every name, in order of adding.
        edges: for each name, the names it needs.

    Raises:
        ValueError: there is a cycle; `args[0]` is the tuple of names on one, first repeated last.
    """
    rank = {name: number for number, name in enumerate(order)}
    waiting = {name: set(edges[name]) for name in order}
    users: dict[str, list[str]] = {name: [] for name in order}
    for name, wanted in waiting.items():
        for need in wanted:
            users[need].append(name)
    ready = [rank[name] for name in order if not waiting[name]]
    done: list[str] = []
    while ready:
        name = order[heappop(ready)]
        done.append(name)
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                heappush(ready, rank[user])
    if len(done) < len(order):
        raise ValueError(_cycle([name for name in order if waiting[name]], edges))
    return tuple(done)


def _cycle(stuck: Sequence[str], edges: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Walk from need to need among names that wait for each other, until one comes again."""
    path: dict[str, None] = {}
    name = stuck[0]
    while name not in path:
        path[name] = None
        name = next(need for need in edges[name] if need in stuck)
    names = list(path)
    circle = names[names.index(name) :]
    return tuple(reversed((*circle, name)))
