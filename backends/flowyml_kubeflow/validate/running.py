"""Rules about how tasks run: retries, loops, executors and their commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowyml_kubeflow.validate.spec import (
    Data,
    Finding,
    Path,
    component_of,
    components,
    seconds,
    tasks,
)

_PLACEHOLDER = re.compile(
    r"\{\{\$\.(inputs|outputs)\.(parameters|artifacts)\['([^']*)'\](?:\.\w+)?[^}]*\}\}"
)


def retries(spec: Data) -> Iterator[Finding]:
    """Argo gets a count, and waits in whole seconds."""
    for _, path, _, task in tasks(spec):
        policy = task.get("retryPolicy", {})
        place = (*path, "retryPolicy")
        if int(policy.get("maxRetryCount", 0)) < 0:
            message = f"{policy['maxRetryCount']} retries; give 0 or more"
            yield Finding(path=(*place, "maxRetryCount"), message=message)
        for key in ("backoffDuration", "backoffMaxDuration"):
            wait = seconds(policy.get(key, "0s"))
            if wait < 0:
                message = f"waits {wait:g} seconds; give 0 or more"
                yield Finding(path=(*place, key), message=message)
            elif not wait.is_integer():
                message = "the backend knows whole seconds alone, and drops the rest"
                yield Finding(path=(*place, key), message=message, severity="warning")


def loops(spec: Data) -> Iterator[Finding]:
    """The backend loops over parameters, as many at once as a limit says."""
    for _, path, _, task in tasks(spec):
        if "artifactIterator" in task:
            both = "parameterIterator" in task
            message = "together with parameterIterator" if both else "is not implemented"
            yield Finding(path=(*path, "artifactIterator"), message=f"{message} in the backend")
        if int(task.get("iteratorPolicy", {}).get("parallelismLimit", 0)) < 0:
            place = (*path, "iteratorPolicy", "parallelismLimit")
            yield Finding(path=place, message="give 0, for no limit, or more")
        if "parameterIterator" in task:
            yield from _items(spec, task, (*path, "parameterIterator"))


def kinds(spec: Data) -> Iterator[Finding]:
    """Containers and importers run on the open-source backend, and nothing else."""
    executors = spec.get("deploymentSpec", {}).get("executors", {})
    for label, executor in sorted(executors.items()):
        path: Path = ("deploymentSpec", "executors", label)
        kind = next(iter(executor), "none")
        if kind not in ("container", "importer"):
            message = f"the open-source backend runs no executor of the kind {kind}"
            yield Finding(path=path, message=message)
        elif kind == "container" and not executor["container"].get("image"):
            yield Finding(path=(*path, "container", "image"), message="a container needs an image")
    for _, place, _, task in tasks(spec):
        label = component_of(spec, task).get("executorLabel", "")
        if task.get("triggerPolicy", {}).get("condition") and "importer" in executors.get(
            label, ()
        ):
            message = "an importer cannot have a condition of its own; put it into a graph"
            yield Finding(path=(*place, "triggerPolicy", "condition"), message=message)


def placeholders(spec: Data) -> Iterator[Finding]:
    """A command names inputs and outputs that its component has."""
    executors = spec.get("deploymentSpec", {}).get("executors", {})
    for path, component in components(spec):
        label = component.get("executorLabel", "")
        container = executors.get(label, {}).get("container", {})
        for part in ("command", "args"):
            place = ("deploymentSpec", "executors", label, "container", part)
            for text in container.get(part, ()):
                for side, kind, key in _PLACEHOLDER.findall(text):
                    if key not in component.get(f"{side[:-1]}Definitions", {}).get(kind, {}):
                        what = f"{side[:-1]} '{key}' among its {kind}"
                        yield Finding(path=place, message=f"{path[-1]} has no {what}")


def variables(spec: Data) -> Iterator[Finding]:
    """The driver hands a variable over as it stands (2.5 to 2.17: `driver.go`, initPodSpecPatch).

    The launcher fills in placeholders in the command alone.
    """
    executors = spec.get("deploymentSpec", {}).get("executors", {})
    for label, executor in sorted(executors.items()):
        for position, each in enumerate(executor.get("container", {}).get("env", ())):
            if "{{$" in each.get("value", ""):
                path = ("deploymentSpec", "executors", label, "container", "env", str(position))
                message = (
                    f"the open-source backend fills in nothing in the variable {each['name']}; "
                    "give the value in the arguments"
                )
                yield Finding(path=(*path, "value"), message=message, severity="warning")


def _items(spec: Data, task: Data, path: tuple[str, ...]) -> Iterator[Finding]:
    iterator = task["parameterIterator"]
    given = task.get("inputs", {}).get("parameters", {})
    taken = component_of(spec, task).get("inputDefinitions", {}).get("parameters", {})
    source = iterator.get("items", {})
    if "raw" not in source and source.get("inputParameter", "") not in given:
        message = f"the task has no input parameter '{source.get('inputParameter', '')}'"
        yield Finding(path=(*path, "items", "inputParameter"), message=message)
    if taken and iterator.get("itemInput", "") not in taken:
        message = f"the component has no input '{iterator.get('itemInput', '')}'"
        yield Finding(path=(*path, "itemInput"), message=message)
