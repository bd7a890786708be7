"""A pipeline inside a package, with a relative import."""

from __future__ import annotations

from flowyml import Pipeline, step

from .parts import part


@step(outputs=["whole"])
def whole(part: str) -> list[str]:
    return [part, __name__]


pipeline = Pipeline("packaged").add_steps([part, whole])
