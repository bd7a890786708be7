"""Run a whole specification: graphs in graphs, containers at the leaves."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flowyml_kubeflow.simulate.document import Spec, read
from flowyml_kubeflow.simulate.driver import root_inputs
from flowyml_kubeflow.simulate.model import Machine, SpecRun, TaskRun
from flowyml_kubeflow.simulate.pods import has_workspace, of_executors
from flowyml_kubeflow.simulate.starting import check_docker
from flowyml_kubeflow.simulate.tasks import Tasks


def run_spec(
    text: str,
    *,
    workdir: Path,
    parameters: Mapping[str, Any] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    python: str | None = None,
    docker: bool = False,
    task_env: Callable[[str, Path], Mapping[str, str]] | None = None,
    scheduled: datetime | None = None,
    pace: float = 0.0,
    workers: int | None = None,
    told: Callable[[TaskRun], object] | None = None,
) -> SpecRun:
    """Execute a compiled specification on this machine.

    Args:
        text: a PipelineSpec as YAML or JSON.
        workdir: a folder for the run's files; nothing may be there under `tasks` or `artifacts`.
        parameters: for the run, by name.
        cwd: where the processes start; by default `workdir`.
        env: what is added to this process's environment.
        python: what runs commands that start with `python`; by default this interpreter.
        docker: whether each container runs in its image, through Docker: then `cwd`, `python` and
            the environment are the image's own, but for what a pod has from secrets and the like.
        task_env: by task name and folder, what is added for that task.
        scheduled: the time of a recurring run, which backends from 2.17 on fill in; by default the
            placeholders stay as they are, as in 2.5.
        pace: seconds that pass for each second of a retry policy's waits; by default none.
        workers: as many processes run at once; by default one for each processor.
        told: of each task, in the thread that runs it: as it begins, then `RUNNING`, and as it
            ended.

    Raises:
        SpecError: the text or the parameters are not what the backend takes, or hold what the
            simulator does not execute. A failing task is no error: see the run's state.
        NoDockerError: containers are to run in their images, and nothing here runs them.
    """
    spec = read(text, {**os.environ, **(env or {})})
    if docker:
        check_docker()
    inputs = root_inputs(spec.data, parameters or {})
    number = workers or os.cpu_count() or 1
    machine = Machine(
        workdir=workdir.absolute(),
        cwd=(cwd or workdir).absolute(),
        env=env or {},
        python=python or sys.executable,
        docker=docker,
        pods=of_executors(spec.platform),
        task_env=task_env or (lambda _name, _folder: {}),
        scheduled=scheduled,
        workspace=_workspace(spec, workdir),
        pace=pace,
        told=told or (lambda _task: None),
        slots=threading.Semaphore(number),
        workers=number,
    )
    run = Tasks(spec, machine).graph("root", spec.data["root"], inputs, "")
    tasks = {each.name: each for inner in run.inner for each in _all(inner)}
    return SpecRun(state=run.state, tasks=tasks, outputs=run.outputs)


def _workspace(spec: Spec, workdir: Path) -> Path | None:
    if not has_workspace(spec.platform):
        return None
    folder = workdir.absolute() / "workspace"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _all(task: TaskRun) -> Iterator[TaskRun]:
    for inner in task.inner:
        yield from _all(inner)
    yield task
