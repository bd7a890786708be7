"""None is a value like any other."""

from __future__ import annotations

from flowyml import Pipeline, step


@step(outputs=["missing"])
def find() -> str | None:
    return None


@step(outputs=["maybe", "surely"])
def search() -> tuple[str | None, str]:
    return None, "found"


@step
def rest():
    """Returns nothing and reads nothing: no gate, and its value is None."""


@step(outputs=["seen"])
def look(missing: str | None, maybe: str | None, surely: str, rest=1) -> list[bool]:
    return [missing is None, maybe is None, surely is None, rest is None]


@step(outputs=["empty"])
def clear(seen: list[bool]) -> None:
    """A declared output: this is no gate."""


pipeline = Pipeline("nothing").add_steps([find, search, rest, look, clear])
