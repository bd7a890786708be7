"""Several outputs: as a tuple, a list, and a dict in another order; some of them read."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["low", "high"])
def bounds() -> tuple[int, float]:
    return 1, 2.5


@step(outputs=["first", "second", "third"])
def letters():
    return ["a", "b", "c"]


@step(outputs=["name", "size"])
def facts():
    return {"size": 3, "name": "cube"}


@step(outputs=["pair"])
def pair() -> tuple[str, str]:
    """One output is the whole value, be it a tuple or not."""
    return "left", "right"


@step(outputs=["line"])
def join(low: int, third: str, size: int, name: str, pair: tuple[str, str]) -> str:
    return f"{low} {third} {size} {name} {pair!r}"


pipeline = Pipeline("outputs").add_steps([bounds, letters, facts, pair, join])
