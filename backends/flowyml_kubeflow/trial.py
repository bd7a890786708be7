"""Try compiled output on this machine, and tell what happened in flowyml's own terms."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowyml.backend import Trace
from flowyml.diagnostics import UsageError, near
from flowyml.runtime import CACHE
from flowyml.runtime.outcome import Outcome
from flowyml_kubeflow.codec import decode, encode, has_exact_numbers, inexact, is_encoded
from flowyml_kubeflow.happened import Happened, nearest, step_traces
from flowyml_kubeflow.names import RUN_DATE, SPLIT, key_name, output_keys
from flowyml_kubeflow.plan import Plan, plan
from flowyml_kubeflow.pod import reference, was_skipped
from flowyml_kubeflow.simulate import SpecRun, TaskRun, run_spec
from flowyml_kubeflow.worker import OUTCOME

if TYPE_CHECKING:
    from flowyml.backend import Artifact, TrialRequest
    from flowyml.ir import ContextParameter, PipelineIR
    from flowyml.storage import Reference


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
        env={
            "PYTHONPATH": os.pathsep.join(_import_path(request.project.absolute())),
            CACHE: "",  # what the specification says counts, and not what this process is told
        },
        python=request.python,
        docker=request.docker,
        task_env=lambda _name, folder: {OUTCOME: str(folder / "outcome.json")},
    )
    planned = plan(ir, spread=any(name.endswith(SPLIT) for name in ended.tasks))
    happened = {name: _happened(task) for name, task in ended.tasks.items()}
    return Trace(
        success=ended.state == "SUCCEEDED",
        steps=step_traces(ir, planned, happened),
        assets=_assets(planned, ended.tasks),
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


def given_context(ir: PipelineIR, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the context values for run parameters: what `run_parameters` was given."""
    given = {each: parameters.get(key_name(each.key)) for each in ir.parameters}
    return {
        each.key: decode(str(value), each.type) if is_encoded(each) else value
        for each, value in given.items()
        if value is not None
    }


def _sent(parameter: ContextParameter, value: Any) -> Any:
    if is_encoded(parameter):
        return encode(value)
    if not has_exact_numbers(value):
        raise inexact(parameter.key, value)
    return value


def _run_date(ir: PipelineIR, request: TrialRequest) -> dict[str, str]:
    if not request.run_date or not asks_for_date(ir):
        return {}
    return {RUN_DATE: request.run_date.isoformat()}


def asks_for_date(ir: PipelineIR) -> bool:
    """Tell whether a step reads the date that the run is for."""
    return any(p.binding.kind == "run_date" for step in ir.steps for p in step.reads)


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


def _happened(task: TaskRun) -> Happened:
    return Happened(
        state=task.state,
        outcome=_outcome(task),
        started=task.exit_code is not None,
        error=task.error,
        log=task.log,
        killed=(task.exit_code or 0) < 0,
        inner=tuple(map(_happened, task.inner)),
    )


def _outcome(task: TaskRun) -> Outcome | None:
    place = task.folder / "outcome.json" if task.folder else None
    if place is None or not place.exists():
        return None
    return Outcome.from_dict(json.loads(place.read_text(encoding="utf-8")))


def _assets(planned: Plan, tasks: Mapping[str, TaskRun]) -> dict[str, Reference]:
    own = [job for job in planned.jobs if job.role in ("step", "collect")]
    made = {job.name: nearest((*job.graph, job.name), tasks).outputs.artifacts for job in own}
    return {
        name: reference(name, made[job.name][key][0])
        for job in own
        for name, key in output_keys(output.name for output in job.step.outputs).items()
        if _is_made(made[job.name].get(key))
    }


def _is_made(artifacts: Sequence[Mapping[str, Any]] | None) -> bool:
    return artifacts is not None and not was_skipped(artifacts[0])


def _log(ended: SpecRun) -> str:
    parts: list[str] = []
    for name, task in ended.tasks.items():
        status = f"{task.state} ({task.error})" if task.error else task.state
        parts.append(f"[{name}] {status}\n{task.log}".rstrip())
    return "\n".join(parts) + "\n"
