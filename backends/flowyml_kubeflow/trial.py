"""Try compiled output on this machine, and tell what happened in flowyml's own terms."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.backend import StepTrace, Trace
from flowyml.diagnostics import UsageError, near
from flowyml.runtime.outcome import Outcome
from flowyml_kubeflow.codec import encode, has_exact_numbers, inexact, is_encoded
from flowyml_kubeflow.names import RUN_DATE, key_name, task_name
from flowyml_kubeflow.pod import reference
from flowyml_kubeflow.simulate import SpecRun, TaskRun, run_spec
from flowyml_kubeflow.worker import OUTCOME

if TYPE_CHECKING:
    from flowyml.backend import Artifact, TrialRequest
    from flowyml.ir import ContextParameter, PipelineIR
    from flowyml.storage.reference import Reference

_STATES = {"OMITTED": "UPSTREAM_FAILED", "NOT_RUN": "NOT_RUN"}


def run(ir: PipelineIR, artifacts: tuple[Artifact, ...], request: TrialRequest) -> Trace:
    """Simulate a compiled pipeline.

    Raises:
        UsageError: a context value that the pipeline does not have.
        SpecError: the specification holds what the simulator does not execute.
    """
    ended = run_spec(
        artifacts[0].text,
        workdir=request.workdir,
        parameters=run_parameters(ir, request.context) | _run_date(ir, request),
        cwd=request.project,
        env={"PYTHONPATH": os.pathsep.join(_import_path(request.project.absolute()))},
        python=request.python,
        task_env=lambda _name, folder: {OUTCOME: str(folder / "outcome.json")},
    )
    runs = {step.name: ended.tasks[task_name(step.name)] for step in ir.steps}
    return Trace(
        success=ended.state == "SUCCEEDED",
        steps={name: _step(task) for name, task in runs.items()},
        assets=_assets(ir, runs),
        log=_log(ended),
    )


def run_parameters(ir: PipelineIR, context: Mapping[str, Any]) -> dict[str, Any]:
    """Give the run parameters for context values, as somebody who starts a run would.

    Raises:
        UsageError: a key that the pipeline does not have.
        InexactError: a number that the parameter would round.
    """
    known = {parameter.key: parameter for parameter in ir.parameters}
    for key in context:
        if key not in known:
            raise UsageError(f"nothing reads the context value '{key}'; {near(key, known)}")
    return {key_name(key): _sent(known[key], value) for key, value in context.items()}


def _sent(parameter: ContextParameter, value: Any) -> Any:
    if is_encoded(parameter):
        return encode(value)
    if not has_exact_numbers(value):
        raise inexact(parameter.key, value)
    return value


def _run_date(ir: PipelineIR, request: TrialRequest) -> dict[str, str]:
    asked = any(p.binding.kind == "run_date" for step in ir.steps for p in step.parameters)
    return {RUN_DATE: request.run_date.isoformat()} if asked and request.run_date else {}


def _import_path(project: Path) -> list[str]:
    """Name the folders that an image would have on its path: the project, and flowyml from source.

    An installed flowyml is left to the interpreter that runs the steps.
    """
    import flowyml
    import flowyml_kubeflow

    roots = {Path(str(package.__file__)).parent.parent for package in (flowyml, flowyml_kubeflow)}
    sources = sorted(str(root) for root in roots if root.name not in _INSTALLED)
    inherited = os.environ.get("PYTHONPATH", "")
    return [str(project), *sources, *filter(None, inherited.split(os.pathsep))]


_INSTALLED = frozenset({"site-packages", "dist-packages"})


def _step(task: TaskRun) -> StepTrace:
    if task.state in _STATES:
        return StepTrace(state=_STATES[task.state])
    outcome = _outcome(task)
    if outcome is None:
        tried = 0 if task.exit_code is None else 1
        return StepTrace(state=task.state, attempts=tried, error=task.log.strip() or task.error)
    # A container that ends well may still have failed the launcher, so the task's state counts.
    error = outcome.error or task.error
    return StepTrace(state=task.state, attempts=outcome.attempts, error=error)


def _outcome(task: TaskRun) -> Outcome | None:
    place = task.folder / "outcome.json" if task.folder else None
    if place is None or not place.exists():
        return None
    return Outcome.from_dict(json.loads(place.read_text(encoding="utf-8")))


def _assets(ir: PipelineIR, runs: Mapping[str, TaskRun]) -> dict[str, Reference]:
    made = {step.name: runs[step.name].outputs.artifacts for step in ir.steps}
    return {
        output.name: reference(output.name, made[step.name][key_name(output.name)])
        for step in ir.steps
        for output in step.outputs
        if key_name(output.name) in made[step.name]
    }


def _log(ended: SpecRun) -> str:
    parts: list[str] = []
    for name, task in ended.tasks.items():
        status = f"{task.state} ({task.error})" if task.error else task.state
        parts.append(f"[{name}] {status}\n{task.log}".rstrip())
    return "\n".join(parts) + "\n"
