"""From the steps of an IR to the tasks of a DAG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowyml.constructs import used
from flowyml.ir import PipelineIR, StepNode, producers
from flowyml.passes.wire_skips import may_be_skipped
from flowyml.runtime.describing import context_types
from flowyml_airflow import names
from flowyml_airflow.assets import outlets
from flowyml_airflow.attempts import lower_retry
from flowyml_airflow.code import Call, Item
from flowyml_airflow.decisions import Decision, decisions
from flowyml_airflow.groups import blocks, together
from flowyml_airflow.map_tasks import collect_call, is_native, items_call
from flowyml_airflow.model import DagTask
from flowyml_airflow.names import variable, xcom_key
from flowyml_airflow.settings import AirflowSettings, publishes, task_keywords
from flowyml_airflow.specs import decision_spec, inputs, protected, step_spec
from flowyml_airflow.triggers import trigger_rule


def lower_tasks(ir: PipelineIR, settings: AirflowSettings) -> tuple[DagTask, ...]:
    """Give the tasks of a checked IR, each after those that it needs."""
    lowering = _Lowering(ir, settings)
    steps = together(ir)
    tasks = {step.name: tuple(lowering.tasks(step)) for step in steps}
    return tuple(task for step, begins in blocks(steps) for task in begins.into(tasks[step.name]))


class _Lowering:
    """What the tasks of one DAG have in common."""

    def __init__(self, ir: PipelineIR, settings: AirflowSettings) -> None:
        self._settings = {name: task_keywords(each) for name, each in settings.steps.items()}
        self._outlets = {
            step.name: outlets(ir, step) for step in ir.steps if publishes(step, settings)
        }
        self._types = context_types(ir)
        self._skippable = may_be_skipped(ir)
        self._decisions = decisions(ir)
        self._common = {"fail_fast": True} if "fail_fast" in used(ir) else {}

    def tasks(self, step: StepNode) -> Iterator[DagTask]:
        """Give what a step becomes: its task, and before it those that it needs for itself."""
        decision = self._decisions.get(step.name)
        if decision and decision.step.name == step.name:
            yield self._decision(decision)
        yield from (self._map if is_native(step) else self._step)(step, decision)

    def _step(self, step: StepNode, decision: Decision | None) -> Iterator[DagTask]:
        options = _named(step) | lower_retry(step.retry) | self._own(step) | self._made(step)
        call = self._call("step", step, options, step_spec(step, self._types), decision)
        yield _task(step, _origin(step), variable(step.name), call)

    def _map(self, step: StepNode, decision: Decision | None) -> Iterator[DagTask]:
        name, origin, own = variable(step.name), _origin(step), self._own(step)
        options = {"task_id": names.split(names.own_id(step)), **lower_retry(None)} | own
        call = self._call("split_map", step, options, step_spec(step, self._types), decision)
        yield _task(step, f"{origin} (its items)", names.split(name), call)
        yield DagTask(step=step.name, variable=names.items(name), call=items_call(step, own))
        yield DagTask(
            step=step.name,
            variable=name,
            call=collect_call(step, _named(step) | own | self._made(step)),
        )

    def _decision(self, decision: Decision) -> DagTask:
        step = decision.step
        options = {"task_id": names.decision(names.own_id(step)), **lower_retry(None)}
        options |= self._own(step)
        call = self._call("step", step, options, decision_spec(decision, self._types), None)
        name = names.decision(variable(step.name))
        return _task(step, f"{_origin(step)} (its condition)", name, call)

    def _own(self, step: StepNode) -> dict[str, Any]:
        """Give the settings of a step alone, which every task of it has."""
        return self._settings.get(step.name, {})

    def _made(self, step: StepNode) -> dict[str, Any]:
        """State what the step makes, on the task that has made it."""
        found = self._outlets.get(step.name)
        return {"outlets": found} if found else {}

    def _call(
        self,
        function: str,
        step: StepNode,
        options: dict[str, Any],
        spec: dict[str, Any],
        decision: Decision | None,
    ) -> Call:
        rule = trigger_rule(step, self._skippable)
        maker = Call(f"{function}.override", (), options | rule)
        read = inputs(step)
        arguments = (protected(spec | self._common), *[read] * bool(read))
        return Call(maker, arguments, _wanted(step, decision))


def _named(step: StepNode) -> dict[str, Any]:
    """Name the task, and the step where that is not the same."""
    found, own = names.own_id(step), names.own_name(step)
    return {"task_id": found} | ({"task_display_name": own} if found != own else {})


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
