"""What a target cannot do with a pipeline, said in one way for every backend."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from flowyml.backend import Capabilities, Support
from flowyml.constructs import CONSTRUCTS, used
from flowyml.diagnostics import Diagnostic
from flowyml.ir import PipelineIR, StepNode

_UNLISTED = Support(grade="refused")
_SHOWN = 5  # names in one message


def unsupported(
    ir: PipelineIR, capabilities: Capabilities, target: str, allow: Collection[str]
) -> list[Diagnostic]:
    """Report each construct that the pipeline uses and the target refuses or weakens.

    Args:
        ir: a checked IR.
        capabilities: the target's table; what it does not list is refused.
        target: how the target is called in messages, for example `airflow==3.3`.
        allow: what the user accepts: `FML302` for every weaker meaning, or a construct's name for
            that one. Nothing makes a refused construct acceptable (docs/semantics.md §5).
    """
    nodes = {step.name: step for step in ir.steps}
    found: list[Diagnostic] = []
    for construct, steps in used(ir).items():
        support = capabilities.get(construct, _UNLISTED)
        first = nodes[steps[0]] if steps else None
        if support.grade == "refused":
            found.append(_placed(_refused(construct, support, steps, target), first))
        elif support.grade == "degraded" and not {"FML302", construct} & set(allow):
            found.append(_placed(_degraded(construct, support, steps, target), first))
    return found


def unportable(ir: PipelineIR, target: str) -> list[Diagnostic]:
    """Report each step whose code no worker could import as the same object (FML004)."""
    return [
        _placed(_stuck(step, problem, target), step)
        for step in ir.steps
        if (problem := _problem(step))
    ]


def _problem(step: StepNode) -> str | None:
    cache = None if isinstance(step.cache, bool) else step.cache
    parts = (step.function, *(predicate.function for predicate in step.when), step.fallback, cache)
    return next((part.problem for part in parts if part and part.problem), None)


def _refused(construct: str, support: Support, steps: Sequence[str], target: str) -> Diagnostic:
    is_input = construct == "input"
    return Diagnostic(
        code="FML309" if is_input else "FML301",
        message=f"{target} does not support {_what(construct, steps)}{_reason(support)}",
        help="make it a context value, or produce it in a step"
        if is_input
        else "leave it out, or choose another target",
        target=target,
        grade="refused",
    )


def _degraded(construct: str, support: Support, steps: Sequence[str], target: str) -> Diagnostic:
    return Diagnostic(
        code="FML302",
        message=f"{target} weakens {_what(construct, steps)}{_reason(support)}",
        help=f"accept the difference with '--allow {construct}' (or '--allow FML302' for all)",
        target=target,
        grade="degraded",
    )


def _stuck(step: StepNode, problem: str, target: str) -> Diagnostic:
    return Diagnostic(
        code="FML004",
        message=f"step '{step.name}' cannot run on another worker: {problem}",
        help="move the function to module level, with a def and a name of its own",
        target=target,
    )


def _what(construct: str, steps: Sequence[str]) -> str:
    what = CONSTRUCTS[construct]
    if not steps:
        return what
    names = ", ".join(f"'{name}'" for name in steps[:_SHOWN])
    more = " …" if len(steps) > _SHOWN else ""
    return f"{what} (step{'s' * (len(steps) > 1)} {names}{more})"


def _reason(support: Support) -> str:
    return f": {support.note}" if support.note else ""


def _placed(diagnostic: Diagnostic, step: StepNode | None) -> Diagnostic:
    """Say where: at the step's function, if its place is known."""
    if step is None:
        return diagnostic
    span = step.function.span
    return dataclasses.replace(
        diagnostic,
        file=span.file if span else None,
        line=span.line if span else None,
        subject=f"step '{step.name}'",
    )
