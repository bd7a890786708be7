"""From a node of the IR to the task description that its worker gets."""

from __future__ import annotations

from collections.abc import Mapping

from flowyml.ir import FromAsset, FromContext, FromInput, FromRunDate, PipelineIR, StepNode
from flowyml.runtime.task import RetryPolicy, Task

_DIGEST_LENGTH = 16  # hex digits: enough to notice drift, short enough to read


def context_types(ir: PipelineIR) -> dict[str, str]:
    """Give the JSON type of every context parameter; a `?` behind it: None is a value too."""
    return {p.key: f"{p.type}?" if p.nullable else p.type for p in ir.parameters}


def describe(step: StepNode, types: Mapping[str, str]) -> Task:
    """Describe a checked step for a worker.

    Args:
        step: a node of a checked IR.
        types: what `context_types` gives for that IR.
    """
    bound = [(p.name, p.binding, p.position) for p in step.parameters]
    return Task(
        name=step.name,
        step=step.function.entrypoint,
        digest=step.function.digest[:_DIGEST_LENGTH],
        outputs=tuple(output.name for output in step.outputs),
        params={n: types[n] for n, b, _ in bound if isinstance(b, FromContext)},
        assets=tuple(
            n for n, b, _ in bound if isinstance(b, FromAsset | FromInput) and b.view == "asset"
        ),
        run_date=tuple(n for n, b, _ in bound if isinstance(b, FromRunDate)),
        positional=tuple(n for n, _, position in bound if position != "keyword"),
        retry=RetryPolicy(**step.retry.model_dump()) if step.retry else None,
    )
