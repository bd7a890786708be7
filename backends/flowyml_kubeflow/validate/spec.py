"""How to walk through a specification, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from flowyml.frozen import dataclass

Data: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str, ...]

AFTER_ALL = "ALL_UPSTREAM_TASKS_COMPLETED"
"""The strategy of a task that runs whether or not what it waits for succeeded."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and the keys that lead to it.

    A `warning` is something that the backend takes, and that does not do what it seems to.
    """

    path: Path
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Give the finding as `root.dag.tasks.train: what is wrong`."""
        return f"{'.'.join(self.path)}: {self.message}" if self.path else self.message


@dataclass(frozen=True, kw_only=True)
class Dag:
    """One graph of a specification: the root's, or a nested component's."""

    path: Path
    tasks: Mapping[str, Data]
    inputs: Data
    outputs: Data


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
                outputs=component["dag"].get("outputs", {}),
            )


def tasks(spec: Data) -> Iterator[tuple[Dag, Path, str, Data]]:
    """Give every task of every graph, with its place and name."""
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            yield dag, (*dag.path, name), name, task


def component_of(spec: Data, task: Data) -> Data:
    """Give the component of a task; an empty one if there is none."""
    name = task.get("componentRef", {}).get("name", "")
    found: Data = spec.get("components", {}).get(name, {})
    return found


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


def upstream(task: Data) -> tuple[str, ...]:
    """Name the tasks that a task waits for: the stated ones, and the producers of its inputs."""
    read = (producer for _, producer, _, _ in producers(task))
    return tuple(dict.fromkeys((*task.get("dependentTasks", ()), *read)))


def is_exit(task: Data) -> bool:
    """Tell whether a task runs after others in any case."""
    return bool(task.get("triggerPolicy", {}).get("strategy") == AFTER_ALL)


def seconds(duration: str) -> float:
    """Read protobuf's JSON form of a duration, as in `1.5s`."""
    return float(duration.removesuffix("s"))
