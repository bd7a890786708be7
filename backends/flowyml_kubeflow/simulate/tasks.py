"""The tasks of a run: each graph starts its own, and a task may be a graph or a loop itself."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping

from flowyml_kubeflow.cel import CelError, evaluate
from flowyml_kubeflow.simulate.document import Spec
from flowyml_kubeflow.simulate.driver import Scope, iterations, resolve
from flowyml_kubeflow.simulate.graph import run_graph
from flowyml_kubeflow.simulate.launcher import run_container
from flowyml_kubeflow.simulate.model import Machine, State, TaskError, TaskRun, Values
from flowyml_kubeflow.simulate.outputs import collected, outputs_of
from flowyml_kubeflow.validate.spec import Data, is_exit, seconds, upstream

_LONGEST_WAIT = 3600.0  # seconds, where a retry policy names none
_USUAL_FACTOR = 2.0


class Tasks:
    """Runs the tasks of one specification."""

    def __init__(self, spec: Spec, machine: Machine) -> None:
        self._spec = spec
        self.machine = machine

    def graph(self, name: str, component: Data, inputs: Values, prefix: str) -> TaskRun:
        """Run the tasks of a graph, and give what it makes as a whole."""
        run = _GraphRun(self, component["dag"], inputs, prefix)
        inner = run.in_order(run_graph(run.edges, run.execute, self.machine.workers))
        if any(each.state == "FAILED" for each in inner):
            error = "a task of the graph failed"
            return TaskRun(name=name, state="FAILED", error=error, inner=inner)
        outputs = outputs_of(component["dag"].get("outputs", {}), run.made)
        return TaskRun(name=name, state="SUCCEEDED", outputs=outputs, inner=inner)

    def task(self, name: str, task: Data, scope: Scope, prefix: str) -> TaskRun:
        """Run one task of a graph, and tell of it."""
        full = prefix + name
        self.machine.told(TaskRun(name=full, state="RUNNING"))
        ended = self._task(full, name, task, scope)
        self.machine.told(ended)
        return ended

    def _task(self, full: str, name: str, task: Data, scope: Scope) -> TaskRun:
        component = self._spec.component(task)
        try:
            inputs = resolve(name, task, component, scope)
            condition = task.get("triggerPolicy", {}).get("condition")
            if condition and not evaluate(condition, inputs.parameters):
                return TaskRun(name=full, state="SKIPPED")
            if "parameterIterator" in task:
                return self._loop(full, task, component, inputs)
        except (TaskError, CelError) as refusal:
            return TaskRun(name=full, state="FAILED", error=str(refusal))
        return self._once(full, task, component, inputs)

    def _once(self, full: str, task: Data, component: Data, inputs: Values) -> TaskRun:
        if "dag" in component:
            return self.graph(full, component, inputs, f"{full}/")
        executor = self._spec.executor(component)
        if "importer" in executor:
            return _imported(full, executor["importer"], inputs)
        return self._tried(full, task, component, executor["container"], inputs)

    def _tried(
        self, full: str, task: Data, component: Data, container: Data, inputs: Values
    ) -> TaskRun:
        """Run a container as often as the retry policy allows."""
        policy = task.get("retryPolicy", {})
        most = int(policy.get("maxRetryCount", 0)) + 1
        attempt = 0
        while True:
            attempt += 1
            place = full if attempt == 1 else f"{full}#{attempt}"
            found = run_container(place, component, container, inputs, self.machine)
            if found.state == "SUCCEEDED" or attempt == most:
                started = attempt - 1 + found.attempts
                return dataclasses.replace(found, name=full, attempts=started)
            time.sleep(_wait(policy, attempt) * self.machine.pace)

    def _loop(self, full: str, task: Data, component: Data, inputs: Values) -> TaskRun:
        """Run the iterations; as in any graph, none starts once one has failed."""
        work = {
            str(number): each for number, each in enumerate(iterations(task, component, inputs))
        }
        ended: dict[str, TaskRun] = {}

        def execute(number: str) -> State:
            ended[number] = self._once(f"{full}/{number}", task, component, work[number])
            return ended[number].state

        limit = int(task.get("iteratorPolicy", {}).get("parallelismLimit", 0))
        workers = min(limit or self.machine.workers, self.machine.workers)
        states = run_graph(dict.fromkeys(work, ()), execute, workers)
        inner = tuple(ended[number] for number in work if number in ended)
        if set(states.values()) - {"SUCCEEDED"}:
            error = "an iteration of the loop failed"
            return TaskRun(name=full, state="FAILED", error=error, inner=inner)
        outputs = collected([each.outputs for each in inner])
        return TaskRun(name=full, state="SUCCEEDED", outputs=outputs, inner=inner)


class _GraphRun:
    """One graph while it runs: how its tasks ended, and what they made."""

    def __init__(self, tasks: Tasks, dag: Data, inputs: Values, prefix: str) -> None:
        self._tasks = tasks
        self._inputs = inputs
        self._prefix = prefix
        self._stated: Mapping[str, Data] = dag["tasks"]
        # Argo keeps one exit hook for a task: of several, the last by name (2.5: `dag.go`).
        self._exits = {
            other: name
            for name, task in sorted(self._stated.items())
            if is_exit(task)
            for other in task.get("dependentTasks", ())
        }
        self.ended: dict[str, TaskRun] = {}
        self.made: dict[str, Values] = {}
        ordered = sorted(self._stated.items())
        self.edges = {name: upstream(task) for name, task in ordered if not is_exit(task)}

    def execute(self, name: str) -> State:
        """Run a task, and what has to follow it in any case."""
        state = self._run(name)
        if name in self._exits and state in ("SUCCEEDED", "FAILED"):
            self._run(self._exits[name])
        return state

    def in_order(self, states: Mapping[str, State]) -> tuple[TaskRun, ...]:
        """Give how the tasks ended, those that wait for nothing but an end last."""
        names = [*states, *(name for name in self._stated if name not in states)]
        return tuple(
            self.ended.get(name)
            or TaskRun(name=self._prefix + name, state=states.get(name, "NOT_RUN"))
            for name in names
        )

    def _run(self, name: str) -> State:
        scope = Scope(
            parent=self._inputs,
            made=self.made,
            states={n: each.state for n, each in self.ended.items()},
            scheduled=self._tasks.machine.scheduled,
            workspace=self._tasks.machine.workspace,
        )
        found = self._tasks.task(name, self._stated[name], scope, self._prefix)
        self.ended[name] = found
        if found.state == "SUCCEEDED":
            self.made[name] = found.outputs
        return found.state


def _wait(policy: Data, attempt: int) -> float:
    """Give the seconds before the attempt after this one; the backend knows whole ones alone."""
    first = float(int(seconds(policy.get("backoffDuration", "0s"))))
    factor = float(policy.get("backoffFactor") or _USUAL_FACTOR)
    longest = seconds(policy.get("backoffMaxDuration", f"{_LONGEST_WAIT}s"))
    return min(first * factor ** (attempt - 1), longest)


def _imported(full: str, importer: Data, inputs: Values) -> TaskRun:
    """Name an artifact that is there already."""
    source = importer["artifactUri"]
    uri = source["constant"] if "constant" in source else inputs.parameters["uri"]
    artifact = {"uri": uri, "type": importer.get("typeSchema", {})}
    if metadata := importer.get("metadata"):
        artifact["metadata"] = metadata
    return TaskRun(name=full, state="SUCCEEDED", outputs=Values(artifacts={"artifact": [artifact]}))
