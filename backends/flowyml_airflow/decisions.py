"""Conditions that more than one task goes by: they are asked in a task of their own.

Most conditions are asked by the step's own task, which skips itself. Two kinds cannot be: those of
complementary steps, which are evaluated once per run (docs/semantics.md §1.2), and those of a step
that is tried again, since Airflow starts each try anew and nothing remembers that it was wanted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from flowyml.ir import FromAsset, Parameter, PipelineIR, StepNode


@dataclasses.dataclass(frozen=True)
class Decision:
    """What asks the conditions of a step.

    Attributes:
        step: the step whose conditions are asked, with the needs that asking has.
        obeyed: the steps that go by it, each with the verdict with which it runs.
    """

    step: StepNode
    obeyed: Mapping[str, bool]


def decisions(ir: PipelineIR) -> dict[str, Decision]:
    """Give the decisions of a checked IR, by each step that obeys one."""
    shared: dict[str, list[StepNode]] = {}
    found: dict[str, Decision] = {}
    for step in ir.steps:
        if name := next((each.shared for each in step.when if each.shared), None):
            shared.setdefault(name, []).append(step)
        elif step.when and step.retry and step.retry.attempts > 1:
            found[step.name] = Decision(step, {step.name: True})
    for one, other in shared.values():
        decision = Decision(_common(one, other), {one.name: True, other.name: False})
        found |= dict.fromkeys(decision.obeyed, decision)
    return found


def _common(one: StepNode, other: StepNode) -> StepNode:
    """Keep what both need: the predicate needs no more, and either may be the first to ask."""
    update = {
        "parameters": tuple(_both(one.parameters, other)),
        "condition_parameters": tuple(_both(one.condition_parameters, other)),
        "after": tuple(name for name in one.after if name in other.after),
    }
    return one.model_copy(update=update)


def _both(parameters: tuple[Parameter, ...], other: StepNode) -> Iterator[Parameter]:
    known = {parameter.name: parameter.binding for parameter in other.reads}
    for parameter in parameters:
        is_asset = isinstance(parameter.binding, FromAsset)
        if not is_asset or known.get(parameter.name) == parameter.binding:
            yield parameter
