"""Rules about what refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowyml.diagnostics import near
from flowyml.ir import topological
from flowyml_kubeflow.validate.spec import (
    Dag,
    Data,
    Finding,
    Path,
    component_of,
    dags,
    is_exit,
    producers,
    tasks,
    upstream,
)


def task_components(spec: Data) -> Iterator[Finding]:
    """Each task has a component."""
    known = spec.get("components", {})
    for _, path, _, task in tasks(spec):
        name = task.get("componentRef", {}).get("name", "")
        if name not in known:
            message = f"there is no component '{name}'; {near(name, known)}"
            yield Finding(path=(*path, "componentRef", "name"), message=message)


def executors(spec: Data) -> Iterator[Finding]:
    """Each component is a graph or has an executor."""
    known = spec.get("deploymentSpec", {}).get("executors", {})
    for name, component in sorted(spec.get("components", {}).items()):
        label = component.get("executorLabel", "")
        if "dag" not in component and label not in known:
            message = f"there is no executor '{label}'; {near(label, known)}".rstrip("; ")
            yield Finding(path=("components", name, "executorLabel"), message=message)


def edges(spec: Data) -> Iterator[Finding]:
    """Each task waits for tasks of its graph, and reads what they make."""
    for dag, path, _, task in tasks(spec):
        for other in task.get("dependentTasks", ()):
            if other not in dag.tasks:
                message = f"there is no task '{other}'; {near(other, dag.tasks)}"
                yield Finding(path=(*path, "dependentTasks"), message=message)
        for inner, producer, kind, output in producers(task):
            yield from _made(spec, dag.tasks, producer, kind, output, (*path, *inner))
        for key, source in sorted(task.get("inputs", {}).get("parameters", {}).items()):
            other = source.get("taskFinalStatus", {"producerTask": None}).get("producerTask", "")
            if other is not None and other not in task.get("dependentTasks", ()):
                message = f"is how '{other}' ends, for which the task does not wait"
                yield Finding(path=(*path, "inputs", "parameters", key), message=message)


def outputs(spec: Data) -> Iterator[Finding]:
    """What a graph gives is what its tasks make."""
    for dag in dags(spec):
        place = (*dag.path[:-1], "outputs")
        for key, source in _output_sources(dag, "parameters"):
            wanted = source.get("producerSubtask", ""), source.get("outputParameterKey", "")
            yield from _made(
                spec, dag.tasks, wanted[0], "parameters", wanted[1], (*place, "parameters", key)
            )
        for key, source in _output_sources(dag, "artifacts"):
            wanted = source.get("producerSubtask", ""), source.get("outputArtifactKey", "")
            yield from _made(
                spec, dag.tasks, wanted[0], "artifacts", wanted[1], (*place, "artifacts", key)
            )


def cycles(spec: Data) -> Iterator[Finding]:
    """Tasks do not wait for each other, and no graph holds itself."""
    for dag in dags(spec):
        edges = {
            name: [other for other in upstream(task) if other in dag.tasks]
            for name, task in dag.tasks.items()
        }
        yield from _cycle(edges, dag.path, "a cycle")
    inside = {
        name: [
            each.get("componentRef", {}).get("name", "")
            for each in component.get("dag", {}).get("tasks", {}).values()
        ]
        for name, component in spec.get("components", {}).items()
    }
    nested = {name: [each for each in used if each in inside] for name, used in inside.items()}
    yield from _cycle(nested, ("components",), "a graph that holds itself")


def exit_tasks(spec: Data) -> Iterator[Finding]:
    """An exit task becomes a hook on what it waits for, and is no part of the graph."""
    for dag, path, name, task in tasks(spec):
        for other in upstream(task):
            if other in dag.tasks and is_exit(dag.tasks[other]):
                message = f"waits for the exit task '{other}', which is no part of the graph"
                yield Finding(path=path, message=message)
        if is_exit(task) and not task.get("dependentTasks"):
            yield Finding(path=path, message="an exit task waits for nothing, so it never runs")
        for other in task.get("dependentTasks", ()) if is_exit(task) else ():
            later = [n for n, t in dag.tasks.items() if n > name and _exits(t, other)]
            if later:
                message = f"never runs: '{later[-1]}' too is an exit task of '{other}', and wins"
                yield Finding(path=path, message=message, severity="warning")


def _exits(task: Data, other: str) -> bool:
    return is_exit(task) and other in task.get("dependentTasks", ())


def _output_sources(dag: Dag, kind: str) -> Iterator[tuple[str, Data]]:
    for key, output in sorted(dag.outputs.get(kind, {}).items()):
        if "valueFromParameter" in output:
            yield key, output["valueFromParameter"]
        for source in output.get("valueFromOneof", {}).get("parameterSelectors", ()):
            yield key, source
        for source in output.get("artifactSelectors", ()):
            yield key, source


def _made(
    spec: Data, known: Mapping[str, Data], producer: str, kind: str, output: str, path: Path
) -> Iterator[Finding]:
    if producer not in known:
        message = f"there is no task '{producer}'; {near(producer, known)}"
        yield Finding(path=path, message=message)
        return
    component = component_of(spec, known[producer])
    made = component.get("outputDefinitions", {}).get(kind, {})
    if component and output not in made:
        message = f"task '{producer}' has no output '{output}' among its {kind}"
        yield Finding(path=path, message=message)


def _cycle(edges: Mapping[str, list[Any]], path: Path, what: str) -> Iterator[Finding]:
    try:
        topological(sorted(edges), edges)
    except ValueError as error:
        yield Finding(path=path, message=f"{what}: {' → '.join(error.args[0])}")
