"""The graph of a pipeline as text for other programs: Mermaid and Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flowyml.ir import FromAsset, PipelineIR, needs


class Edge(NamedTuple):
    """One step needs another; the assets it reads from it, none if only the order matters."""

    source: str
    target: str
    assets: tuple[str, ...]


def edges(ir: PipelineIR) -> Iterator[Edge]:
    """Give every edge, in the pipeline's order."""
    for step in ir.steps:
        bindings = [p.binding for p in step.reads if isinstance(p.binding, FromAsset)]
        for need in needs(step):
            assets = dict.fromkeys(b.output for b in bindings if need in (b.step, b.otherwise))
            yield Edge(need, step.name, tuple(assets))


def mermaid(ir: PipelineIR) -> str:
    """Draw a Mermaid flowchart; edges that only order are dotted."""
    ids = {step.name: f"s{number}" for number, step in enumerate(ir.steps, 1)}
    lines = ["flowchart TD", *(f'    {ids[s.name]}["{_entities(s.name)}"]' for s in ir.steps)]
    for source, target, assets in edges(ir):
        arrow = f'-->|"{_entities(", ".join(assets))}"|' if assets else "-.->"
        lines.append(f"    {ids[source]} {arrow} {ids[target]}")
    return "\n".join(lines)


def dot(ir: PipelineIR) -> str:
    """Draw a Graphviz digraph; edges that only order are dashed."""
    ids = {step.name: f"s{number}" for number, step in enumerate(ir.steps, 1)}
    lines = [f"digraph {_quoted(ir.name)} {{", "  node [shape=box, style=rounded];"]
    lines += [f"  {ids[step.name]} [label={_quoted(step.name)}];" for step in ir.steps]
    for source, target, assets in edges(ir):
        look = f"label={_quoted(', '.join(assets))}" if assets else "style=dashed"
        lines.append(f"  {ids[source]} -> {ids[target]} [{look}];")
    return "\n".join([*lines, "}"])


def _entities(text: str) -> str:
    """Write everything that Mermaid might read as markup as a character code."""
    plain = "_-.,: /"
    return "".join(c if c.isalnum() or c in plain else f"#{ord(c)};" for c in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
