"""The graph of a pipeline, as `Pipeline.dag` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR


class DAG:
    """The graph of a checked pipeline."""

    def __init__(self, ir: PipelineIR) -> None:
        self.ir = ir

    def visualize(self) -> str:
        """List the steps in the order in which they run, each with what it depends on."""
        from flowyml.ir import needs

        lines = ["Step Execution Order:"]
        for number, step in enumerate(self.ir.steps, 1):
            depends = f" (depends on: {', '.join(needs(step))})" if needs(step) else ""
            lines.append(f"{number}. {step.name}{depends}")
        return "\n".join(lines)
