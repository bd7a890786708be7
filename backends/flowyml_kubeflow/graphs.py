"""The graphs of a specification while it is made: tasks, and what crosses the graphs' borders.

A value from another graph comes in as an input of each graph on its way, and one from within goes
out as an output; both are named after the task that makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowyml_kubeflow.links import Link
from flowyml_kubeflow.names import RANGE, RANGES, channel_name, component_name
from flowyml_kubeflow.plan import Graph, depth_in_common


class Graphs:
    """The graphs of one specification.

    Args:
        spec: JSON data to fill.
        homes: for each job, the graph that it stands in.
        loops: the graphs that are loops, with their limits.
    """

    def __init__(
        self, spec: dict[str, Any], homes: Mapping[str, Graph], loops: Mapping[Graph, int]
    ) -> None:
        self._spec = spec
        self._homes = homes
        self._loops = loops

    def add_graph(self, graph: Graph) -> None:
        """Add the task and the component of a nested graph."""
        component = component_name(graph[-1])
        self._tasks(graph[:-1])[graph[-1]] = task_of(graph[-1], component)
        self._tasks(graph)

    def add_task(self, job: str, component: str) -> dict[str, Any]:
        """Add the task of a job, and give it."""
        task = self._tasks(self._homes[job])[job] = task_of(job, component)
        return task

    def loop(self, graph: Graph, ranges: Link) -> None:
        """Make a graph a loop over a parameter that a job outside of it made."""
        task = self._tasks(graph[:-1])[graph[-1]]
        task["parameterIterator"] = {"items": {"inputParameter": RANGES}, "itemInput": RANGE}
        task["iteratorPolicy"] = {"parallelismLimit": self._loops[graph]}
        place(task, "inputs", "parameters")[RANGES] = self._source(graph[:-1], ranges)
        definitions = place(self._component(graph), "inputDefinitions")
        declare(definitions, ranges)
        definitions["parameters"][RANGE] = {"parameterType": "STRUCT"}

    def connect(self, job: str, link: Link) -> None:
        """Hand an input to a job."""
        graph = self._homes[job]
        task = self._tasks(graph)[job]
        place(task, "inputs", f"{link.kind}s")[link.key] = self._source(graph, link)

    def order(self, job: str, others: Iterable[str]) -> None:
        """Let a job wait for others: within one graph, or each with all of its graph."""
        own = (*self._homes[job], job)
        waits: dict[Graph, set[str]] = {}
        for other in others:
            theirs = (*self._homes[other], other)
            depth = depth_in_common(own, theirs)
            waits.setdefault(own[: depth + 1], set()).add(theirs[depth])
        for (*graph, name), names in waits.items():
            task = self._tasks(tuple(graph))[name]
            task["dependentTasks"] = sorted({*task.get("dependentTasks", ()), *names})

    def _source(self, graph: Graph, link: Link) -> dict[str, Any]:
        """Say, within a graph, where the value of a link comes from."""
        home = () if link.producer is None else self._homes[link.producer]
        if graph != home[: len(graph)] or (link.producer is None and graph):
            return {f"componentInput{link.kind.title()}": self._input(graph, link)}
        if link.producer is None:
            return {"componentInputParameter": link.output}
        if home == graph:
            return _output(link.kind, link.producer, link.output)
        return _output(link.kind, home[len(graph)], self._export(home, len(graph), link))

    def _input(self, graph: Graph, link: Link) -> str:
        """Take a value in from outside: an input of the graph, stated on the way by its task."""
        channel = channel_name(link.producer, link.output) if link.producer else link.output
        definitions = place(self._component(graph), "inputDefinitions")
        if channel not in definitions.get(f"{link.kind}s", ()):
            declare(definitions, link, channel)
            task = self._tasks(graph[:-1])[graph[-1]]
            place(task, "inputs", f"{link.kind}s")[channel] = self._source(graph[:-1], link)
        return channel

    def _export(self, home: Graph, outer: int, link: Link) -> str:
        """Give a value out through the graphs from its home up to one, and name it there."""
        producer, output = str(link.producer), link.output
        channel = channel_name(producer, output)
        kind = f"{link.kind}s"
        for depth in range(len(home), outer, -1):
            component = self._component(home[:depth])
            selector = _selector(link.kind, producer, output)
            place(component, "dag", "outputs", kind)[channel] = selector
            made = parameter(link.type) if link.kind == "parameter" else artifact(link.type)
            if link.kind == "artifact" and home[:depth] in self._loops:
                made["isArtifactList"] = True
            place(component, "outputDefinitions", kind)[channel] = made
            producer, output = home[depth - 1], channel
        return channel

    def _component(self, graph: Graph) -> dict[str, Any]:
        if not graph:
            return place(self._spec, "root")
        return place(self._spec, "components", component_name(graph[-1]))

    def _tasks(self, graph: Graph) -> dict[str, Any]:
        return place(self._component(graph), "dag", "tasks")


def task_of(name: str, component: str) -> dict[str, Any]:
    """Make a task of a component."""
    return {"taskInfo": {"name": name}, "componentRef": {"name": component}}


def place(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Give the object at some keys, made where it is not there yet."""
    for key in keys:
        data = data.setdefault(key, {})
    return data


def declare(definitions: dict[str, Any], link: Link, key: str | None = None) -> None:
    """State an input of a component."""
    if link.kind == "artifact":
        stated = artifact(link.type) | ({"isArtifactList": True} if link.listed else {})
    else:
        stated = parameter(link.type) | ({"isOptional": True} if link.optional else {})
    place(definitions, f"{link.kind}s")[key or link.key] = stated


def artifact(title: str) -> dict[str, Any]:
    """State an artifact by its type."""
    return {"artifactType": {"schemaTitle": title, "schemaVersion": "0.0.1"}}


def parameter(type_: str) -> dict[str, Any]:
    """State a parameter by its type."""
    return {"parameterType": type_}


def _output(kind: str, producer: str, output: str) -> dict[str, Any]:
    word = kind.title()
    return {f"taskOutput{word}": {"producerTask": producer, f"output{word}Key": output}}


def _selector(kind: str, producer: str, output: str) -> dict[str, Any]:
    if kind == "artifact":
        selector = {"producerSubtask": producer, "outputArtifactKey": output}
        return {"artifactSelectors": [selector]}
    made = {"producerSubtask": producer, "outputParameterKey": output}
    return {"valueFromParameter": made}
