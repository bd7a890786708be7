"""Run a whole specification: graphs in graphs, containers at the leaves."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flowyml_kubeflow.cel import CelError, evaluate
from flowyml_kubeflow.simulate.document import Spec, read
from flowyml_kubeflow.simulate.driver import resolve, root_inputs
from flowyml_kubeflow.simulate.graph import run_graph
from flowyml_kubeflow.simulate.launcher import run_container
from flowyml_kubeflow.simulate.model import (
    Artifact,
    Machine,
    SpecRun,
    State,
    TaskError,
    TaskRun,
    Values,
)
from flowyml_kubeflow.validate import Data, upstream


def run_spec(
    text: str,
    *,
    workdir: Path,
    parameters: Mapping[str, Any] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    python: str | None = None,
    task_env: Callable[[str, Path], Mapping[str, str]] | None = None,
    scheduled: datetime | None = None,
    workers: int | None = None,
) -> SpecRun:
    """Execute a compiled specification on this machine.

    Args:
        text: a PipelineSpec as YAML or JSON.
        workdir: a folder for the run's files; nothing may be there under `tasks` or `artifacts`.
        parameters: for the run, by name.
        cwd: where the processes start; by default `workdir`.
        env: what is added to this process's environment.
        python: what runs commands that start with `python`; by default this interpreter.
        task_env: by task name and folder, what is added for that task.
        scheduled: the time of a recurring run, which backends from 2.17 on fill in; by default the
            placeholders stay as they are, as in 2.5.
        workers: as many processes run at once; by default one for each processor.

    Raises:
        SpecError: the text or the parameters are not what the backend takes, or hold what the
            simulator does not execute. A failing task is no error: see the run's state.
    """
    spec = read(text)
    inputs = root_inputs(spec.data, parameters or {})
    number = workers or os.cpu_count() or 1
    machine = Machine(
        workdir=workdir.absolute(),
        cwd=(cwd or workdir).absolute(),
        env=env or {},
        python=python or sys.executable,
        task_env=task_env or (lambda _name, _folder: {}),
        scheduled=scheduled,
        slots=threading.Semaphore(number),
        workers=number,
    )
    run = _Run(spec, machine)
    state, outputs = run.graph(spec.data["root"], inputs, "")
    return SpecRun(state=state, tasks=run.tasks, outputs=outputs)


class _Run:
    """The state of one run: what each task made so far."""

    def __init__(self, spec: Spec, machine: Machine) -> None:
        self._spec = spec
        self._machine = machine
        self._ended: dict[str, TaskRun] = {}
        self.tasks: dict[str, TaskRun] = {}

    def graph(self, component: Data, inputs: Values, prefix: str) -> tuple[State, Values]:
        """Run the tasks of a graph, and give what it makes as a whole."""
        tasks = component["dag"]["tasks"]
        made: dict[str, Values] = {}

        def execute(name: str) -> State:
            ended = self._task(name, tasks[name], inputs, made, prefix)
            self._ended[ended.name] = ended
            made[name] = ended.outputs
            return ended.state

        edges = {name: upstream(task) for name, task in tasks.items()}
        states = run_graph(edges, execute, self._machine.workers)
        for name, state in states.items():
            full = prefix + name
            self.tasks[full] = self._ended.get(full) or TaskRun(name=full, state=state)
        if "FAILED" in states.values():
            return "FAILED", Values()
        return "SUCCEEDED", _outputs(component["dag"].get("outputs", {}), made)

    def _task(
        self, name: str, task: Data, parent: Values, made: Mapping[str, Values], prefix: str
    ) -> TaskRun:
        full = prefix + name
        _, component = self._spec.component(task)
        try:
            inputs = resolve(name, task, component, parent, made, self._machine.scheduled)
            if not _triggered(task, inputs):
                return TaskRun(name=full, state="SKIPPED")
        except (TaskError, CelError) as refusal:
            return TaskRun(name=full, state="FAILED", error=str(refusal))
        if "dag" not in component:
            container = self._spec.container(component)
            return run_container(full, component, container, inputs, self._machine)
        state, outputs = self.graph(component, inputs, f"{full}/")
        error = "a task of the nested graph failed" if state == "FAILED" else None
        return TaskRun(name=full, state=state, error=error, outputs=outputs)


def _triggered(task: Data, inputs: Values) -> bool:
    condition = task.get("triggerPolicy", {}).get("condition")
    return not condition or evaluate(condition, inputs.parameters)


def _outputs(stated: Data, made: Mapping[str, Values]) -> Values:
    parameters: dict[str, Any] = {}
    for key, output in stated.get("parameters", {}).items():
        source = output["valueFromParameter"]
        parameters[key] = made[source["producerSubtask"]].parameters[source["outputParameterKey"]]
    artifacts: dict[str, Artifact] = {}
    for key, output in stated.get("artifacts", {}).items():
        source = output["artifactSelectors"][0]
        artifacts[key] = made[source["producerSubtask"]].artifacts[source["outputArtifactKey"]]
    return Values(parameters=parameters, artifacts=artifacts)
