"""Steps from another module, from a package, and made of a plain function."""

from __future__ import annotations

import neighbour
from library import Row, clean

from flowyml import Pipeline, step


@step(outputs=["lengths"])
def measure(rows: list[Row]) -> list[int]:
    return [row.length for row in rows]


longest = step(neighbour.longest, outputs=["longest"])

pipeline = Pipeline("imported").add_steps([neighbour.read, clean, measure, longest])
