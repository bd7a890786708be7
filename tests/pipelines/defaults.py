"""Parameters that only the function's own defaults supply."""

from __future__ import annotations

from flowyml import Pipeline, context, step

UNSAID = object()


@step(outputs=["sum"])
def add(left: int = 2, right: int = 3) -> int:
    return left + right


@step(outputs=["line"])
def write(sum: int, prefix: str = "sum=", places: float = 2, mark: str | None = None) -> str:
    return f"{prefix}{sum:.{int(places)}f}{mark}"


@step(outputs=["kept"])
def keep(items: tuple[int, ...] = (1, 2), given=UNSAID) -> list[bool]:
    """Defaults that JSON cannot hold stay the function's own."""
    return [items == (1, 2), given is UNSAID]


@step(outputs=["far"])
def far(distance: int = 1) -> int:
    return distance


@step(outputs=["near"])
def near(distance: int = 5) -> int:
    """Differs from `far` in the default of the same name: each keeps its own."""
    return distance


pipeline = Pipeline("defaults", context=context(right=10)).add_steps([add, write, keep, far, near])
