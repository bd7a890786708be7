"""Steps and classes of a package."""

from __future__ import annotations

import dataclasses

from flowyml import step


@dataclasses.dataclass
class Row:
    text: str
    length: int


@step(inputs=["lines"], outputs=["rows"])
def clean(lines: list[str]) -> list[Row]:
    return [Row(text=line.strip(), length=len(line.strip())) for line in lines if line.strip()]
