"""A step that checks what it reads holds up the readers that were added after it."""

from __future__ import annotations

from flowyml import Pipeline, context, step


@step(outputs=["rows"])
def load() -> list[int]:
    return [1, 2, 3]


@step(outputs=["early"])
def before(rows: list[int]) -> int:
    """Added before the gate: does not wait for it."""
    return rows[0]


@step(inputs=["rows"])
def check(rows: list[int], minimum: int):
    if len(rows) < minimum:
        raise ValueError(f"only {len(rows)} rows")


@step(outputs=["late"])
def after(rows: list[int]) -> int:
    return rows[-1]


@step(outputs=["later"])
def downstream(late: int) -> int:
    return late + 1


pipeline = Pipeline("gates", context=context(minimum=3)).add_steps(
    [load, before, check, after, downstream]
)
