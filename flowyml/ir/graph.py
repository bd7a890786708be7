"""Questions about the graph of an IR; every answer is in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flowyml.ir.nodes import FromAsset, PipelineIR, StepNode


def producers(step: StepNode) -> tuple[str, ...]:
    """Name the steps whose assets a step reads, each once, in the order of its parameters."""
    names = (p.binding.step for p in step.parameters if isinstance(p.binding, FromAsset))
    return tuple(dict.fromkeys(names))


def needs(step: StepNode) -> tuple[str, ...]:
    """Name every step that must finish before this one: its producers, then its `after`."""
    return tuple(dict.fromkeys((*producers(step), *step.after)))


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
    done: dict[str, None] = {}
    for root in order:
        _visit(root, edges, done)
    return tuple(done)


def _visit(root: str, edges: Mapping[str, Iterable[str]], done: dict[str, None]) -> None:
    """Depth first without recursion, so that long chains need no deep stack."""
    path: dict[str, None] = {}
    stack: list[tuple[str, bool]] = [(root, False)]
    while stack:
        name, finished = stack.pop()
        if finished:
            path.pop(name)
            done[name] = None
        elif name in path:
            names = list(path)
            raise ValueError((*names[names.index(name) :], name))
        elif name not in done:
            path[name] = None
            stack.append((name, True))
            stack.extend((need, False) for need in reversed(tuple(edges[name])))
