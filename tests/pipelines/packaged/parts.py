"""Steps that the package's pipeline imports relatively."""

from __future__ import annotations

from flowyml import step


@step(outputs=["part"])
def part() -> str:
    return __name__
