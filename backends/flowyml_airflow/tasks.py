"""From the steps of an IR to the tasks of a DAG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flowyml.constructs import used
from flowyml.ir import PipelineIR, StepNode, needs, producers
from flowyml.passes.wire_skips import may_be_skipped
from flowyml.runtime.describing import context_types
from flowyml_airflow import names
from flowyml_airflow.apart import Apart, Told
from flowyml_airflow.assets import outlets
from flowyml_airflow.attempts import is_native as retried_by_airflow
from flowyml_airflow.attempts import lower_retry
from flowyml_airflow.code import Call, Item
from flowyml_airflow.decisions import Decision, decisions
from flowyml_airflow.groups import blocks, together
from flowyml_airflow.map_tasks import collect_call, is_native, items_call
from flowyml_airflow.model import DagTask, StoreName
from flowyml_airflow.names import variable, xcom_key
from flowyml_airflow.params import unchecked_limits
from flowyml_airflow.settings import AirflowSettings, publishes, task_keywords
from flowyml_airflow.signals import VERDICT
from flowyml_airflow.specs import Known, decision_spec, inputs, protected, step_spec
from flowyml_airflow.templated import pulled, pulled_inputs
from flowyml_airflow.triggers import trigger_rule


def lower_tasks(
    ir: PipelineIR,
    settings: AirflowSettings,
    places: Mapping[str, Apart] | None = None,
    *,
    code: Mapping[str, str] | None = None,
    store: StoreName | None = None,
) -> tuple[DagTask, ...]:
    """Give the tasks of a checked IR, each after those that it needs.

    Args:
        ir: a checked IR.
        settings: of the target.
        places: where those steps run that do not run in the worker's process.
        code: the name and digest of the project's code, if it comes with the DAG.
        store: where tasks keep values, unless their environment says otherwise.
    """
    lowering = _Lowering(ir, settings, places or {}, code=code, store=store)
    steps = together(ir)
    tasks = {step.name: tuple(lowering.tasks(step)) for step in steps}
    return tuple(task for step, begins in blocks(steps) for task in begins.into(tasks[step.name]))


class _Lowering:
    """What the tasks of one DAG have in common."""

    def __init__(
        self,
        ir: PipelineIR,
        settings: AirflowSettings,
        places: Mapping[str, Apart],
        *,
        code: Mapping[str, str] | None,
        store: StoreName | None,
    ) -> None:
        self._places, self._code, self._store = places, code, store
        self._ids = {step.name: names.task_id(step) for step in ir.steps}
        self._settings = {name: task_keywords(each) for name, each in settings.steps.items()}
        self._outlets = {
            step.name: outlets(ir, step) for step in ir.steps if publishes(step, settings)
        }
        self._known = Known(context_types(ir), unchecked_limits(ir))
        self._skippable = may_be_skipped(ir)
        self._decisions = decisions(ir)
        self._common = {"fail_fast": True} if "fail_fast" in used(ir) else {}

    def tasks(self, step: StepNode) -> Iterator[DagTask]:
        """Give what a step becomes: its task, and before it those that it needs for itself."""
        decision = self._decisions.get(step.name)
        if decision and decision.step.name == step.name:
            yield self._decision(decision)
        mapped = is_native(step) and step.name not in self._places
        yield from (self._map if mapped else self._step)(step, decision)

    def _step(self, step: StepNode, decision: Decision | None) -> Iterator[DagTask]:
        tried_there = step.name in self._places and not retried_by_airflow(step.retry)
        spec = step_spec(step, self._known, retries=tried_there)
        options = _named(step) | lower_retry(None if tried_there else step.retry)
        options |= self._own(step) | self._made(step)
        call = self._call("step", step, options, spec, decision)
        yield self._task(step, _origin(step), variable(step.name), call, decision)

    def _map(self, step: StepNode, decision: Decision | None) -> Iterator[DagTask]:
        name, origin, own = variable(step.name), _origin(step), self._own(step)
        options = {"task_id": names.split(names.own_id(step)), **lower_retry(None)} | own
        call = self._call("split_map", step, options, step_spec(step, self._known), decision)
        yield self._task(step, f"{origin} (its items)", names.split(name), call)
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
        light = step.model_copy(update={"resources": None})
        call = self._call("step", light, options, decision_spec(decision, self._known), None)
        name = names.decision(variable(step.name))
        return self._task(step, f"{_origin(step)} (its condition)", name, call)

    def _task(
        self, step: StepNode, origin: str, name: str, call: Call, decision: Decision | None = None
    ) -> DagTask:
        """Add what a task waits for: all that its call does not hold as XComs."""
        place = self._places.get(step.name)
        if place is None or place.settings.run_in == "python":
            after = [variable(each) for each in step.after if each not in producers(step)]
        else:
            asking = [names.decision(variable(decision.step.name))] if decision else []
            after = [*map(variable, needs(step)), *asking]
        return DagTask(step=step.name, origin=origin, variable=name, call=call, after=tuple(after))

    def _output(self, step: str, ending: Callable[[str], str] = str) -> str:
        """Write what holds the XComs of a step's task: an operator is not its own output."""
        name = ending(variable(step))
        return f"{name}.output" if step in self._places else name

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
        read, verdict = inputs(step, self._output), self._verdict(step, decision)
        if place := self._places.get(step.name):
            key, asking = xcom_key(step.name), decision and names.task_id(decision.step)
            told = Told(
                spec=spec | ({"skips": True} if rule else {}),
                inputs=pulled_inputs(step, self._ids),
                items=read,
                asked=pulled(names.decision(asking), key) if asking else None,
                verdict=verdict,
                code=self._code,
                store=self._store,
            )
            return place.call(options | rule, told, step.resources)
        maker = Call(f"{function}.override", (), options | rule)
        given = read | ({VERDICT: verdict} if verdict else {})
        return Call(maker, (protected(spec | self._common), *[given] * bool(given)))

    def _verdict(self, step: StepNode, decision: Decision | None) -> Item | None:
        """Hand a step the verdict that was pushed for it, if its own task does not ask."""
        if decision is None:
            return None
        return Item(self._output(decision.step.name, names.decision), xcom_key(step.name))


def _named(step: StepNode) -> dict[str, Any]:
    """Name the task, and the step where that is not the same."""
    found, own = names.own_id(step), names.own_name(step)
    return {"task_id": found} | ({"task_display_name": own} if found != own else {})


def _origin(step: StepNode) -> str:
    module, _, function = step.function.entrypoint.partition(":")
    return f"{step.function.span.file if step.function.span else module}: {function}"
