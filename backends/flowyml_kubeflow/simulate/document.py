"""Read a specification as the API server does, and refuse what the simulator does not execute."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowyml.diagnostics import FlowymlError
from flowyml.rendering import yaml
from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.simulate.pods import missing
from flowyml_kubeflow.validate import findings
from flowyml_kubeflow.validate.file import read_deployment
from flowyml_kubeflow.validate.pods import pods
from flowyml_kubeflow.validate.spec import Data, Finding, dags
from flowyml_kubeflow.versions import version

_NEWEST = "2.17"
"""Knows all that any version does."""


class SpecError(FlowymlError, ValueError):
    """A specification, or parameters for it, that the backend or the simulator does not take."""


@dataclasses.dataclass(frozen=True)
class Spec:
    """A specification that can be executed, and what a second document says of its platform."""

    data: Data
    platform: Data

    def component(self, task: Data) -> Data:
        """Give a task's component."""
        component: Data = self.data["components"][task["componentRef"]["name"]]
        return component

    def executor(self, component: Data) -> Data:
        """Give the executor of a component that is not a graph."""
        executor: Data = self.data["deploymentSpec"]["executors"][component["executorLabel"]]
        return executor


def read(text: str, env: Mapping[str, str] | None = None) -> Spec:
    """Read YAML or JSON text: a PipelineSpec, and after it at most one PlatformSpec.

    Args:
        text: the whole file.
        env: the environment of the processes to be started; by default that of this one.

    Raises:
        SpecError: it is no PipelineSpec, breaks a rule of the backend, or holds a construct that
            the simulator does not execute; every problem at once.
    """
    spec, platform = _parse(text)
    found = (*read_deployment(spec), *findings(spec))
    of_pods = _errors(pods(platform, version(_NEWEST)))
    problems = [*_errors(found), *_unsupported(spec), *of_pods]
    if not of_pods:
        problems += missing(platform, os.environ if env is None else env)
    if problems:
        raise SpecError("this specification cannot be run:\n" + "\n".join(problems))
    return Spec(spec, platform)


def _parse(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    import yaml as pyyaml

    try:
        documents = yaml.load_all(text) or [None]
        if len(documents) > 2:
            raise SpecError(f"{len(documents)} documents; one PipelineSpec and one PlatformSpec")
        spec = to_dict(to_message("PipelineSpec", documents[0]))
        return spec, to_dict(to_message("PlatformSpec", (*documents, {})[1]))
    except pyyaml.YAMLError as error:
        raise SpecError(f"not YAML: {error}") from None
    except FormatError as error:
        raise SpecError(str(error)) from None


def _errors(found: Iterable[Finding]) -> list[str]:
    return [str(each) for each in found if each.severity == "error"]


def _unsupported(spec: Data) -> Iterator[str]:
    for path, what in _constructs(spec):
        yield f"{'.'.join(path)}: the simulator does not execute {what}"


def _constructs(spec: Data) -> Iterator[tuple[tuple[str, ...], str]]:
    for dag in dags(spec):
        for name, task in dag.tasks.items():
            if "artifactIterator" in task:
                yield (*dag.path, name), "a loop over artifacts, nor does the backend"
    for label, executor in sorted(spec.get("deploymentSpec", {}).get("executors", {}).items()):
        for what in _executor_constructs(executor):
            yield ("deploymentSpec", "executors", label), what


def _executor_constructs(executor: Mapping[str, Any]) -> Iterator[str]:
    if "importer" in executor:
        return
    if "container" not in executor:
        yield f"an executor of the kind {', '.join(executor) or 'none'}"
        return
    words = (*executor["container"].get("command", ()), *executor["container"].get("args", ()))
    if any(word.strip().startswith('{"Concat":') for word in words):
        yield "a command with Concat, nor does the backend"
    if not words:
        yield "a container without a command: the image's own is not known here"
