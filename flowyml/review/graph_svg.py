"""The graph of a pipeline as an SVG picture: layers from top to bottom, few crossings, no overlaps.

The usual layered drawing (after Sugiyama): an edge over several layers gets a waypoint in each, the
order within the layers follows the means of the neighbours, and so do the positions.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise

from flowyml.ir import PipelineIR, needs
from flowyml.review.graph import edges

_LETTER, _HEIGHT, _PADDING = 7.5, 34, 14  # pixels
_GAP, _LAYER, _MARGIN = 24, 74, 12
_SWEEPS = 6
_STYLE = (
    "rect{fill:#f6f8fa;stroke:#57606a}path{fill:none;stroke:#57606a}"
    "text{font:12px ui-monospace,monospace;fill:#24292f;text-anchor:middle}"
    ".order{stroke-dasharray:5 4}"
)


@dataclasses.dataclass(eq=False)
class _Point:
    """A step, or a waypoint of an edge (which has no name); `x` is its middle."""

    layer: int
    name: str = ""
    x: float = 0.0
    above: list[_Point] = dataclasses.field(default_factory=list["_Point"])
    below: list[_Point] = dataclasses.field(default_factory=list["_Point"])

    @property
    def width(self) -> float:
        return _columns(self.name) * _LETTER + 2 * _PADDING if self.name else 0.0

    @property
    def y(self) -> float:
        return _MARGIN + self.layer * _LAYER


@dataclasses.dataclass(frozen=True)
class _Line:
    """An edge: its points from top to bottom, and what it carries."""

    points: tuple[_Point, ...]
    assets: tuple[str, ...]


def svg(ir: PipelineIR) -> str:
    """Draw the graph; edges that only order are dashed, the others name assets on hovering."""
    steps = _steps(ir)
    lines = [
        _Line(_route(steps[edge.source], steps[edge.target]), edge.assets) for edge in edges(ir)
    ]
    layers = _layers([*steps.values(), *(p for line in lines for p in line.points[1:-1])])
    _arrange(layers)
    points = [point for layer in layers for point in layer]
    width = max((p.x + p.width / 2 for p in points), default=0) + _MARGIN
    height = len(layers) * _LAYER - (_LAYER - _HEIGHT) + 2 * _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
            f'width="{width:.0f}" height="{height}" role="img">',
            f"<title>{escape(ir.name)}</title>",
            f"<style>{_STYLE}</style>",
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#57606a"/>'
            "</marker></defs>",
            *map(_drawn_line, lines),
            *map(_drawn_step, steps.values()),
            "</svg>",
        ]
    )


def _steps(ir: PipelineIR) -> dict[str, _Point]:
    """Put each step one layer below the lowest of those that it needs."""
    found: dict[str, _Point] = {}
    for step in ir.steps:
        layer = max((found[name].layer for name in needs(step)), default=-1) + 1
        found[step.name] = _Point(layer, step.name)
    return found


def _route(source: _Point, target: _Point) -> tuple[_Point, ...]:
    waypoints = [_Point(layer) for layer in range(source.layer + 1, target.layer)]
    points = (source, *waypoints, target)
    for upper, lower in pairwise(points):
        upper.below.append(lower)
        lower.above.append(upper)
    return points


def _layers(points: Iterable[_Point]) -> list[list[_Point]]:
    layers: list[list[_Point]] = []
    for point in points:
        layers.extend([] for _ in range(point.layer + 1 - len(layers)))
        layers[point.layer].append(point)
    return layers


def _arrange(layers: list[list[_Point]]) -> None:
    """Order the layers, then place their points, each time looking up and down in turn."""
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            rank = {point: n for each in layers for n, point in enumerate(each)}
            layer.sort(key=_wanted(layer, rank, down=down).__getitem__)
    for layer in layers:
        _place(layer, dict.fromkeys(layer, 0.0))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            here = {p: p.x for near in layer for p in (near, *near.above, *near.below)}
            _place(layer, _wanted(layer, here, down=down))
    left = min((p.x - p.width / 2 for layer in layers for p in layer), default=0.0)
    for point in (point for layer in layers for point in layer):
        point.x += _MARGIN - left


def _wanted(
    layer: Sequence[_Point], now: Mapping[_Point, float], *, down: bool
) -> dict[_Point, float]:
    """Give each point the mean of its neighbours in the layer looked at; without any it stays."""

    def mean(point: _Point) -> float:
        neighbours = point.above if down else point.below
        return sum(now[n] for n in neighbours) / len(neighbours) if neighbours else now[point]

    return {point: mean(point) for point in layer}


def _place(layer: Sequence[_Point], wanted: Mapping[_Point, float]) -> None:
    """Put points as near to where they are wanted as their widths allow, in their order.

    Pushing from the left keeps the distances, so does pushing from the right, and so does the
    middle of both, which favours neither side.
    """
    right = _pushed(layer, wanted)
    left = _pushed(layer[::-1], {point: -wanted[point] for point in layer})
    for point in layer:
        point.x = (right[point] - left[point]) / 2


def _pushed(layer: Sequence[_Point], wanted: Mapping[_Point, float]) -> dict[_Point, float]:
    found: dict[_Point, float] = {}
    edge = float("-inf")
    for point in layer:
        found[point] = max(wanted[point], edge + point.width / 2)
        edge = found[point] + point.width / 2 + _GAP
    return found


def _drawn_step(step: _Point) -> str:
    return (
        f'<rect x="{step.x - step.width / 2:.1f}" y="{step.y}" width="{step.width:.1f}" '
        f'height="{_HEIGHT}" rx="6"/>'
        f'<text x="{step.x:.1f}" y="{step.y + _HEIGHT / 2 + 4:g}">{escape(step.name)}</text>'
    )


def _drawn_line(line: _Line) -> str:
    """Draw a smooth line: from below the first point to the top of each next one, on through it."""
    start = line.points[0]
    path = [f"M{start.x:.1f} {start.y + _HEIGHT}"]
    for upper, lower in pairwise(line.points):
        if upper is not start:
            path.append(f"L{upper.x:.1f} {upper.y + _HEIGHT}")
        middle = (upper.y + _HEIGHT + lower.y) / 2
        curve = f"C{upper.x:.1f} {middle:g} {lower.x:.1f} {middle:g}"
        path.append(f"{curve} {lower.x:.1f} {lower.y}")
    look = "" if line.assets else ' class="order"'
    title = f"<title>{escape(', '.join(line.assets))}</title>" if line.assets else ""
    return f'<path d="{"".join(path)}" marker-end="url(#arrow)"{look}>{title}</path>'


def _columns(text: str) -> int:
    """Count the columns of a fixed-width font that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
