"""The graphs of a specification while it is made: tasks, and what crosses the graphs' borders.

A value from another graph comes in as an input of each graph on its way, and one from within goes
out as an output; both are named after the task that makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowyml_kubeflow.links import Link
from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.names import RANGE, RANGES, channel_name
from flowyml_kubeflow.plan import Graph, depth_in_common


class Graphs:
    """The graphs of one specification.

    Args:
        spec: the message to fill.
        homes: for each job, the graph that it stands in.
        loops: the graphs that are loops, with their limits.
    """

    def __init__(self, spec: Any, homes: Mapping[str, Graph], loops: Mapping[Graph, int]) -> None:
        self._spec = spec
        self._homes = homes
        self._loops = loops

    def add_graph(self, graph: Graph) -> None:
        """Add the task and the component of a nested graph."""
        task = self._tasks(graph[:-1])[graph[-1]]
        task.task_info.name = graph[-1]
        task.component_ref.name = component_name(graph[-1])
        self._component(graph).dag.SetInParent()

    def add_task(self, job: str) -> Any:
        """Add the task of a job, and give it."""
        task = self._tasks(self._homes[job])[job]
        task.task_info.name = job
        task.component_ref.name = component_name(job)
        return task

    def loop(self, graph: Graph, ranges: Link) -> None:
        """Make a graph a loop over a parameter that a job outside of it made."""
        task = self._tasks(graph[:-1])[graph[-1]]
        task.parameter_iterator.items.input_parameter = RANGES
        task.parameter_iterator.item_input = RANGE
        task.iterator_policy.parallelism_limit = self._loops[graph]
        self._state(task.inputs.parameters[RANGES], graph[:-1], ranges)
        declare(self._component(graph).input_definitions, ranges)
        parameters = self._component(graph).input_definitions.parameters
        parameters[RANGE].parameter_type = type_number("STRUCT")

    def connect(self, job: str, link: Link) -> None:
        """Hand an input to a job."""
        graph = self._homes[job]
        inputs = self._tasks(graph)[job].inputs
        part = inputs.artifacts if link.kind == "artifact" else inputs.parameters
        self._state(part[link.key], graph, link)

    def order(self, job: str, other: str) -> None:
        """Let a job wait for another one: within one graph, or each with all of its graph."""
        own, theirs = (*self._homes[job], job), (*self._homes[other], other)
        depth = depth_in_common(own, theirs)
        waiting = self._tasks(own[:depth])[own[depth]].dependent_tasks
        if theirs[depth] not in waiting:
            waiting.append(theirs[depth])

    def settle(self) -> None:
        """Put what tasks wait for into a stable order."""
        for graph in {(), *(home for home in self._homes.values())}:
            for depth in range(len(graph) + 1):
                for task in self._tasks(graph[:depth]).values():
                    task.dependent_tasks.sort()

    def _state(self, source: Any, graph: Graph, link: Link) -> None:
        """Say, within a graph, where the value of a link comes from."""
        home = () if link.producer is None else self._homes[link.producer]
        if graph != home[: len(graph)] or (link.producer is None and graph):
            self._input(source, graph, link)
        elif link.producer is None:
            source.component_input_parameter = link.output
        elif home == graph:
            _name_output(source, link.kind, link.producer, link.output)
        else:
            child = home[len(graph)]
            channel = self._export(home, len(graph), link)
            _name_output(source, link.kind, child, channel)

    def _input(self, source: Any, graph: Graph, link: Link) -> None:
        """Take a value in from outside: an input of the graph, stated on the way by its task."""
        channel = channel_name(link.producer, link.output) if link.producer else link.output
        definitions = self._component(graph).input_definitions
        known = getattr(definitions, f"{link.kind}s")
        if channel not in known:
            declare(definitions, link, channel)
            inputs = self._tasks(graph[:-1])[graph[-1]].inputs
            self._state(getattr(inputs, f"{link.kind}s")[channel], graph[:-1], link)
        if link.kind == "artifact":
            source.component_input_artifact = channel
        else:
            source.component_input_parameter = channel

    def _export(self, home: Graph, outer: int, link: Link) -> str:
        """Give a value out through the graphs from its home up to one, and name it there."""
        producer, output = str(link.producer), link.output
        channel = channel_name(producer, output)
        for depth in range(len(home), outer, -1):
            component = self._component(home[:depth])
            stated = component.dag.outputs
            if link.kind == "artifact" and channel not in stated.artifacts:
                selector = stated.artifacts[channel].artifact_selectors.add()
                selector.producer_subtask, selector.output_artifact_key = producer, output
                made = component.output_definitions.artifacts[channel]
                state_artifact(made, link.type)
                made.is_artifact_list = home[:depth] in self._loops
            elif link.kind == "parameter":
                named = stated.parameters[channel].value_from_parameter
                named.producer_subtask, named.output_parameter_key = producer, output
                made = component.output_definitions.parameters[channel]
                made.parameter_type = type_number(link.type)
            producer, output = home[depth - 1], channel
        return channel

    def _component(self, graph: Graph) -> Any:
        return self._spec.components[component_name(graph[-1])] if graph else self._spec.root

    def _tasks(self, graph: Graph) -> Any:
        return self._component(graph).dag.tasks


def component_name(task: str) -> str:
    """Name the component of a task; each has one of its own."""
    return f"comp-{task}"


def declare(definitions: Any, link: Link, key: str | None = None) -> None:
    """State an input of a component."""
    if link.kind == "artifact":
        stated = definitions.artifacts[key or link.key]
        state_artifact(stated, link.type)
        stated.is_artifact_list = link.listed
    else:
        parameter = definitions.parameters[key or link.key]
        parameter.parameter_type = type_number(link.type)
        parameter.is_optional = link.optional


def state_artifact(stated: Any, title: str) -> None:
    """State the type of an artifact."""
    stated.artifact_type.schema_title = title
    stated.artifact_type.schema_version = "0.0.1"


def type_number(name: str) -> int:
    """Give the format's number of a parameter type."""
    number: int = messages().ParameterType.ParameterTypeEnum.Value(name)
    return number


def _name_output(source: Any, kind: str, producer: str, output: str) -> None:
    if kind == "artifact":
        made = source.task_output_artifact
        made.producer_task, made.output_artifact_key = producer, output
    else:
        value = source.task_output_parameter
        value.producer_task, value.output_parameter_key = producer, output
