"""Read a specification as the API server does, and refuse what the simulator does not execute."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from flowyml.diagnostics import FlowymlError
from flowyml.rendering import yaml
from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.validate import Data, components, dags, findings

_TASK_CONSTRUCTS = {
    "parameterIterator": "a loop",
    "artifactIterator": "a loop over artifacts",
    "retryPolicy": "a retry policy",
}
_INPUT_CONSTRUCTS = {
    "taskFinalStatus": "the final status of another task",
    "parameterExpressionSelector": "a parameter selector",
}


class SpecError(FlowymlError, ValueError):
    """A specification, or parameters for it, that the backend or the simulator does not take."""


@dataclasses.dataclass(frozen=True)
class Spec:
    """A specification that can be executed; platform settings, a second document, are refused."""

    data: Data

    def component(self, task: Data) -> tuple[str, Data]:
        """Give a task's component and its name."""
        name = str(task["componentRef"]["name"])
        return name, self.data["components"][name]

    def container(self, component: Data) -> Data:
        """Give the container of a component that is not a graph."""
        executor = self.data["deploymentSpec"]["executors"][component["executorLabel"]]
        container: Data = executor["container"]
        return container


def read(text: str) -> Spec:
    """Read YAML or JSON text.

    Raises:
        SpecError: it is no PipelineSpec, breaks a rule of the backend, or holds a construct that
            the simulator does not execute; every problem at once.
    """
    spec = _parse(text)
    problems = [*map(str, findings(spec)), *_unsupported(spec)]
    if problems:
        raise SpecError("this specification cannot be run:\n" + "\n".join(problems))
    return Spec(spec)


def _parse(text: str) -> dict[str, Any]:
    import yaml as pyyaml

    try:
        data = yaml.load(text)
        return to_dict(to_message("PipelineSpec", data))
    except pyyaml.YAMLError as error:
        raise SpecError(f"not one YAML document: {error}") from None
    except FormatError as error:
        raise SpecError(str(error)) from None


def _unsupported(spec: Data) -> Iterator[str]:
    for path, what in _constructs(spec):
        yield f"{'.'.join(path)}: the simulator does not execute {what}"


def _constructs(spec: Data) -> Iterator[tuple[tuple[str, ...], str]]:
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            for what in _task_constructs(task):
                yield (*dag.path, name), what
    for path, component in components(spec):
        for what in _output_constructs(component.get("dag", {}).get("outputs", {})):
            yield (*path, "dag", "outputs"), what
    for label, executor in sorted(spec.get("deploymentSpec", {}).get("executors", {}).items()):
        for what in _executor_constructs(executor):
            yield ("deploymentSpec", "executors", label), what


def _task_constructs(task: Data) -> Iterator[str]:
    yield from (what for key, what in _TASK_CONSTRUCTS.items() if key in task)
    policy = task.get("triggerPolicy", {})
    if policy.get("strategy", "ALL_UPSTREAM_TASKS_SUCCEEDED") != "ALL_UPSTREAM_TASKS_SUCCEEDED":
        yield "a task that runs after failures"
    for source in task.get("inputs", {}).get("parameters", {}).values():
        yield from (what for key, what in _INPUT_CONSTRUCTS.items() if key in source)


def _output_constructs(outputs: Data) -> Iterator[str]:
    if any("valueFromOneof" in stated for stated in outputs.get("parameters", {}).values()):
        yield "a choice between outputs"
    artifacts = outputs.get("artifacts", {}).values()
    if any(len(stated.get("artifactSelectors", ())) != 1 for stated in artifacts):
        yield "a choice between artifacts"


def _executor_constructs(executor: Mapping[str, Any]) -> Iterator[str]:
    if "container" not in executor:
        yield f"an executor of the kind {', '.join(executor) or 'none'}"
        return
    words = (*executor["container"].get("command", ()), *executor["container"].get("args", ()))
    if any(word.startswith(('{"IfPresent"', '{"Concat"')) for word in words):
        yield "a command with IfPresent or Concat"
    if not words:
        yield "a container without a command: the image's own is not known here"
