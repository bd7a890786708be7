"""Rules about names, versions, and what a document must have at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowyml_kubeflow.validate.spec import Data, Finding, dags, is_exit, tasks

_PIPELINE = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_TASK = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_POD_NAME = 63


def schema_version(spec: Data) -> Iterator[Finding]:
    """The API server takes one version."""
    version = spec.get("schemaVersion")
    if version != "2.1.0":
        yield Finding(path=("schemaVersion",), message=f"is {version!r}; Kubeflow takes '2.1.0'")


def pipeline_name(spec: Data) -> Iterator[Finding]:
    """The database has a column of 128, and pods are named after it."""
    name = spec.get("pipelineInfo", {}).get("name", "")
    if not _PIPELINE.fullmatch(name):
        yield Finding(
            path=("pipelineInfo", "name"),
            message=f"{name!r:.200} is not 1 to 128 of a-z, 0-9 and '-', not starting with '-'",
        )


def root(spec: Data) -> Iterator[Finding]:
    """There has to be a graph, and containers to run in it."""
    if not spec.get("root", {}).get("dag", {}).get("tasks"):
        yield Finding(path=("root", "dag", "tasks"), message="a pipeline needs at least one task")
    if not spec.get("deploymentSpec"):
        yield Finding(path=("deploymentSpec",), message="is missing: no task has a container")


def graphs(spec: Data) -> Iterator[Finding]:
    """The compiler to Argo refuses a graph of exit tasks alone, and Argo one without any tasks."""
    for dag in dags(spec):
        if not dag.tasks and dag.path[0] != "root":
            yield Finding(path=dag.path, message="a graph needs at least one task")
        if dag.tasks and all(map(is_exit, dag.tasks.values())):
            yield Finding(path=dag.path, message="a graph needs a task that is no exit task")


def task_names(spec: Data) -> Iterator[Finding]:
    """A task's name becomes a name in Argo, and a driver's."""
    for dag, path, name, task in tasks(spec):
        if not _TASK.fullmatch(name):
            message = "a task's name is of a-z, 0-9 and inner '-'"
            yield Finding(path=path, message=message)
        elif len(name) > _POD_NAME:
            message = f"has {len(name)} characters; a pod's name has at most {_POD_NAME}"
            yield Finding(path=path, message=message)
        elif name.endswith("-driver") and name.removesuffix("-driver") in dag.tasks:
            message = "Kubeflow gives this name to the driver of the task without '-driver'"
            yield Finding(path=path, message=message)
        if task.get("taskInfo", {}).get("name") != name:
            message = "differs from the task's key, which older backends go by"
            place = (*path, "taskInfo", "name")
            yield Finding(path=place, message=message, severity="warning")
