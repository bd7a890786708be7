"""Sub-pipelines as nested task groups: which `with` blocks the tasks of a DAG stand in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from flowyml.ir import PipelineIR, StepNode, dependents, needs
from flowyml_airflow import names
from flowyml_airflow.code import Call, Name
from flowyml_airflow.model import DagTask, Opening


def together(ir: PipelineIR) -> tuple[StepNode, ...]:
    """Order steps so that those of a group stand together as far as their needs allow.

    The pipeline's own order decides within each group, and which group comes next.
    """
    if not any(step.group for step in ir.steps):
        return ir.steps
    ready = _Ready(ir)
    done: list[StepNode] = []
    while len(done) < len(ir.steps):
        done.append(ready.take(done[-1].group if done else ()))
    return tuple(done)


class _Ready:
    """The steps that may come next, by group."""

    def __init__(self, ir: PipelineIR) -> None:
        self._steps = ir.steps
        self._rank = {step.name: rank for rank, step in enumerate(ir.steps)}
        self._users = dependents(ir)
        self._unmet = {step.name: len(needs(step)) for step in ir.steps}
        self._ready: dict[tuple[str, ...], list[int]] = {}
        for step in ir.steps:
            self._note(step)

    def take(self, here: tuple[str, ...]) -> StepNode:
        """Give the first step of the group that has most in common with where the last one was."""
        group = min(self._ready, key=lambda each: (-_shared(each, here), self._ready[each][0]))
        step = self._steps[heappop(self._ready[group])]
        if not self._ready[group]:
            del self._ready[group]
        for user in self._users[step.name]:
            self._unmet[user] -= 1
            self._note(self._steps[self._rank[user]])
        return step

    def _note(self, step: StepNode) -> None:
        if not self._unmet[step.name]:
            heappush(self._ready.setdefault(step.group, []), self._rank[step.name])


def _shared(group: tuple[str, ...], other: tuple[str, ...]) -> int:
    pairs = zip(group, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(group), len(other)))


@dataclasses.dataclass(frozen=True)
class Block:
    """Where the tasks of a step stand: the blocks that begin with it, and their depth."""

    opens: tuple[Opening, ...]
    depth: int

    def into(self, tasks: Iterable[DagTask]) -> Iterator[DagTask]:
        """Put the tasks of the step there."""
        opens = self.opens
        for task in tasks:
            yield dataclasses.replace(task, opens=opens, depth=self.depth)
            opens = ()


def blocks(steps: Sequence[StepNode]) -> Iterator[tuple[StepNode, Block]]:
    """Give each step with the blocks that begin before it."""
    again = _opened_again(steps)
    made: set[tuple[str, ...]] = set()
    here: tuple[str, ...] = ()
    for step in steps:
        opens = tuple(_opening(path, again, made) for path in _entered(step.group, here))
        yield step, Block(opens, len(step.group))
        here = step.group


def _entered(group: tuple[str, ...], here: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [group[: n + 1] for n in range(_shared(group, here), len(group))]


def _opened_again(steps: Sequence[StepNode]) -> set[tuple[str, ...]]:
    seen: set[tuple[str, ...]] = set()
    again: set[tuple[str, ...]] = set()
    here: tuple[str, ...] = ()
    for step in steps:
        for path in _entered(step.group, here):
            (again if path in seen else seen).add(path)
        here = step.group
    return again


def _opening(
    path: tuple[str, ...], again: set[tuple[str, ...]], made: set[tuple[str, ...]]
) -> Opening:
    depth, variable = len(path) - 1, names.group(".".join(path))
    if path in made:
        return Opening(depth=depth, head=Name(variable))
    made.add(path)
    found = names.group_id(path[-1])
    options = {"group_id": found} | ({"group_display_name": path[-1]} if found != path[-1] else {})
    kept = variable if path in again else None
    return Opening(depth=depth, head=Call("TaskGroup", (), options), variable=kept)
