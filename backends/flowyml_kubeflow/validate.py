"""What Kubeflow's backend refuses, and what it would get wrong, checked without a cluster.

One rule is one function from a specification, as plain JSON data, to findings. The rules come from
the backend's own source (API server, compiler to Argo, driver) and hold for 2.5 and later.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from flowyml.ir import topological
from flowyml_kubeflow.cel import CelError, parse

Data: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and the keys that lead to it."""

    path: Path
    message: str

    def __str__(self) -> str:
        """Give the finding as `root.dag.tasks.train: what is wrong`."""
        return f"{'.'.join(self.path)}: {self.message}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dag:
    """One graph of a specification: the root's, or a nested component's."""

    path: Path
    tasks: Mapping[str, Data]
    inputs: Data


Rule: TypeAlias = Callable[[Data], Iterator[Finding]]

_PIPELINE = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
_TASK = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def findings(spec: Data) -> tuple[Finding, ...]:
    """Apply every rule to a specification.

    Args:
        spec: JSON data that the format's own classes accept (`messages.to_message`).
    """
    return tuple(finding for rule in RULES for finding in rule(spec))


def components(spec: Data) -> Iterator[tuple[Path, Data]]:
    """Give every component of a specification with its place, the root first, then by name."""
    yield ("root",), spec.get("root", {})
    for name, component in sorted(spec.get("components", {}).items()):
        yield ("components", name), component


def dags(spec: Data) -> Iterator[Dag]:
    """Give every graph of a specification."""
    for path, component in components(spec):
        if "dag" in component:
            yield Dag(
                path=(*path, "dag", "tasks"),
                tasks=component["dag"].get("tasks", {}),
                inputs=component.get("inputDefinitions", {}),
            )


def producers(task: Data) -> Iterator[tuple[Path, str, str, str]]:
    """Give each output of another task that a task reads.

    Yields:
        The keys that lead to it within the task, the producer, `parameters` or `artifacts`, and
        the output's name.
    """
    kinds = {"parameters": "Parameter", "artifacts": "Artifact"}
    for kind, word in kinds.items():
        for key, source in sorted(task.get("inputs", {}).get(kind, {}).items()):
            if output := source.get(f"taskOutput{word}"):
                path = ("inputs", kind, key)
                name = output.get(f"output{word}Key", "")
                yield path, output.get("producerTask", ""), kind, name


def seconds(duration: str) -> float:
    """Read protobuf's JSON form of a duration, as in `1.5s`."""
    return float(duration.removesuffix("s"))


def upstream(task: Data) -> tuple[str, ...]:
    """Name the tasks that a task waits for: the stated ones, and the producers of its inputs."""
    read = (producer for _, producer, _, _ in producers(task))
    return tuple(dict.fromkeys((*task.get("dependentTasks", ()), *read)))


def _schema_version(spec: Data) -> Iterator[Finding]:
    version = spec.get("schemaVersion")
    if version != "2.1.0":
        yield Finding(path=("schemaVersion",), message=f"is {version!r}; Kubeflow takes '2.1.0'")


def _pipeline_name(spec: Data) -> Iterator[Finding]:
    name = spec.get("pipelineInfo", {}).get("name", "")
    if not _PIPELINE.fullmatch(name):
        yield Finding(
            path=("pipelineInfo", "name"),
            message=f"{name!r:.200} is not 1 to 128 of a-z, 0-9 and '-', not starting with '-'",
        )


def _root(spec: Data) -> Iterator[Finding]:
    if not spec.get("root", {}).get("dag", {}).get("tasks"):
        yield Finding(path=("root", "dag", "tasks"), message="a pipeline needs at least one task")


def _task_names(spec: Data) -> Iterator[Finding]:
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            if not _TASK.fullmatch(name):
                yield Finding(
                    path=(*dag.path, name), message="a task's name is of a-z, 0-9 and inner '-'"
                )
            elif name.removesuffix("-driver") in dag.tasks.keys() - {name}:
                message = "Kubeflow gives this name to the driver of the task without '-driver'"
                yield Finding(path=(*dag.path, name), message=message)
            if task.get("taskInfo", {}).get("name") != name:
                message = "differs from the task's key, which older backends go by"
                yield Finding(path=(*dag.path, name, "taskInfo", "name"), message=message)


def _components(spec: Data) -> Iterator[Finding]:
    known = spec.get("components", {})
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            component = task.get("componentRef", {}).get("name", "")
            if component not in known:
                path = (*dag.path, name, "componentRef", "name")
                yield Finding(path=path, message=f"there is no component '{component}'")


def _executors(spec: Data) -> Iterator[Finding]:
    executors = spec.get("deploymentSpec", {}).get("executors", {})
    for name, component in sorted(spec.get("components", {}).items()):
        if "dag" not in component and component.get("executorLabel", "") not in executors:
            path = ("components", name, "executorLabel")
            message = f"there is no executor '{component.get('executorLabel', '')}'"
            yield Finding(path=path, message=message)


def _edges(spec: Data) -> Iterator[Finding]:
    known = spec.get("components", {})
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            here = (*dag.path, name)
            for other in task.get("dependentTasks", ()):
                if other not in dag.tasks:
                    path = (*here, "dependentTasks")
                    yield Finding(path=path, message=f"there is no task '{other}'")
            for path, producer, kind, output in producers(task):
                made = dag.tasks.get(producer, {}).get("componentRef", {}).get("name", "")
                outputs = known.get(made, {}).get("outputDefinitions", {}).get(kind, {})
                if output not in outputs:
                    message = f"task '{producer}' has no output '{output}' among its {kind}"
                    yield Finding(path=(*here, *path), message=message)


def _cycles(spec: Data) -> Iterator[Finding]:
    for dag in dags(spec):
        edges = {
            name: [other for other in upstream(task) if other in dag.tasks]
            for name, task in dag.tasks.items()
        }
        try:
            topological(sorted(edges), edges)
        except ValueError as error:
            yield Finding(path=dag.path, message=f"a cycle: {' → '.join(error.args[0])}")


def _inputs(spec: Data) -> Iterator[Finding]:
    known = spec.get("components", {})
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            component = known.get(task.get("componentRef", {}).get("name", ""), {})
            yield from _interface(task, component.get("inputDefinitions", {}), (*dag.path, name))
            yield from _from_parent(task, dag, (*dag.path, name))


def _interface(task: Data, definitions: Data, here: Path) -> Iterator[Finding]:
    """Compare what a task hands over with what its component takes."""
    for kind in ("parameters", "artifacts"):
        given = task.get("inputs", {}).get(kind, {})
        taken = definitions.get(kind, {})
        path = (*here, "inputs", kind)
        for key in sorted(given.keys() - taken.keys()):
            if not _is_mentioned(key, given):
                yield Finding(path=(*path, key), message="the component has no such input")
        item = task.get("parameterIterator", {}).get("itemInput")  # the loop gives it a value
        for key in sorted(taken.keys() - given.keys() - {item}):
            if not taken[key].get("isOptional"):
                yield Finding(path=(*path, key), message="a required input gets no value")


def _is_mentioned(key: str, given: Data) -> bool:
    """Tell whether a constant is put together of an input, as the SDK does with an f-string."""
    constants = (each.get("runtimeValue", {}).get("constant") for each in given.values())
    return any(isinstance(text, str) and f"parameters['{key}']" in text for text in constants)


def _from_parent(task: Data, dag: Dag, here: Path) -> Iterator[Finding]:
    for kind, word in (("parameters", "Parameter"), ("artifacts", "Artifact")):
        for key, source in sorted(task.get("inputs", {}).get(kind, {}).items()):
            wanted = source.get(f"componentInput{word}")
            if wanted is not None and wanted not in dag.inputs.get(kind, {}):
                path = (*here, "inputs", kind, key)
                yield Finding(path=path, message=f"the graph has no input '{wanted}'")


def _conditions(spec: Data) -> Iterator[Finding]:
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            condition = task.get("triggerPolicy", {}).get("condition")
            try:
                _ = condition and parse(condition)
            except CelError as error:
                path = (*dag.path, name, "triggerPolicy", "condition")
                yield Finding(path=path, message=str(error))


def _defaults(spec: Data) -> Iterator[Finding]:
    """The driver reads a default only where the input is optional."""
    for path, component in components(spec):
        parameters = component.get("inputDefinitions", {}).get("parameters", {})
        for key, stated in sorted(parameters.items()):
            if "defaultValue" in stated and not stated.get("isOptional") and path != ("root",):
                yield Finding(
                    path=(*path, "inputDefinitions", "parameters", key),
                    message="has a default that the backend ignores, since it is not optional",
                )


RULES: tuple[Rule, ...] = (
    _schema_version,
    _pipeline_name,
    _root,
    _task_names,
    _components,
    _executors,
    _edges,
    _cycles,
    _inputs,
    _conditions,
    _defaults,
)
