"""From the steps of an IR to the tasks of a DAG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowyml.constructs import used
from flowyml.ir import PipelineIR, StepNode, producers
from flowyml.passes.wire_skips import may_be_skipped
from flowyml.runtime.describing import context_types
from flowyml_airflow import names
from flowyml_airflow.attempts import lower_retry
from flowyml_airflow.code import Call, Item
from flowyml_airflow.decisions import Decision, decisions
from flowyml_airflow.model import DagTask
from flowyml_airflow.names import task_id, variable, xcom_key
from flowyml_airflow.specs import decision_spec, inputs, protected, step_spec
from flowyml_airflow.triggers import trigger_rule


def lower_tasks(ir: PipelineIR) -> tuple[DagTask, ...]:
    """Give the tasks of a checked IR, each after those that it needs."""
    lowering = _Lowering(ir)
    return tuple(task for step in ir.steps for task in lowering.tasks(step))


class _Lowering:
    """What the tasks of one DAG have in common."""

    def __init__(self, ir: PipelineIR) -> None:
        self._types = context_types(ir)
        self._skippable = may_be_skipped(ir)
        self._decisions = decisions(ir)
        self._common = {"fail_fast": True} if "fail_fast" in used(ir) else {}

    def tasks(self, step: StepNode) -> Iterator[DagTask]:
        """Give what a step becomes: its task, and before it the one that asks its conditions."""
        decision = self._decisions.get(step.name)
        if decision and decision.step.name == step.name:
            yield self._decision(decision)
        yield self._step(step, decision)

    def _step(self, step: StepNode, decision: Decision | None) -> DagTask:
        options = {"task_id": task_id(step.name)}
        if options["task_id"] != step.name:
            options["task_display_name"] = step.name
        spec = step_spec(step, self._types)
        call = self._call(step, options | lower_retry(step.retry), spec, _wanted(step, decision))
        return _task(step, _origin(step), variable(step.name), call)

    def _decision(self, decision: Decision) -> DagTask:
        step = decision.step
        options = {"task_id": names.decision(task_id(step.name)), **lower_retry(None)}
        call = self._call(step, options, decision_spec(decision, self._types), {})
        name = names.decision(variable(step.name))
        return _task(step, f"{_origin(step)} (its condition)", name, call)

    def _call(
        self, step: StepNode, options: dict[str, Any], spec: dict[str, Any], more: dict[str, Any]
    ) -> Call:
        maker = Call("step.override", (), options | trigger_rule(step, self._skippable))
        read = inputs(step)
        return Call(maker, (protected(spec | self._common), *[read] * bool(read)), more)


def _wanted(step: StepNode, decision: Decision | None) -> dict[str, Any]:
    """Hand a step the verdict that was pushed for it, if its own task does not ask."""
    if decision is None:
        return {}
    asking = names.decision(variable(decision.step.name))
    return {"wanted": Item(asking, xcom_key(step.name))}


def _task(step: StepNode, origin: str, name: str, call: Call) -> DagTask:
    after = tuple(variable(each) for each in step.after if each not in producers(step))
    return DagTask(step=step.name, origin=origin, variable=name, call=call, after=after)


def _origin(step: StepNode) -> str:
    module, _, function = step.function.entrypoint.partition(":")
    return f"{step.function.span.file if step.function.span else module}: {function}"
