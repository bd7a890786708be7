"""One side of a diamond fails, and so the join cannot run."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["source"])
def start() -> int:
    return 1


@step(outputs=["left"])
def left_side(source: int) -> int:
    return source + 1


@step(outputs=["right"])
def right_side(source: int) -> int:
    return source // 0


@step(outputs=["both"])
def join(left: int, right: int) -> int:
    return left + right


pipeline = Pipeline("failing_diamond").add_steps([start, left_side, right_side, join])
