"""What a nested graph makes as a whole: outputs of its tasks, one of several, or a loop's list.

The backend looks this up when somebody asks for it; so an output that no task made is missing here,
and fails the task that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowyml_kubeflow.simulate.model import Artifact, Values
from flowyml_kubeflow.validate.spec import Data


def outputs_of(stated: Data, made: Mapping[str, Values]) -> Values:
    """Give the outputs of a graph.

    Args:
        stated: the graph's `outputs`.
        made: what its tasks made, by their names.
    """
    parameters: dict[str, Any] = {}
    for key, output in stated.get("parameters", {}).items():
        for source in _parameter_sources(output):
            found = made.get(source["producerSubtask"], Values()).parameters
            if source["outputParameterKey"] in found and key not in parameters:
                parameters[key] = found[source["outputParameterKey"]]
    artifacts: dict[str, list[Artifact]] = {}
    for key, output in stated.get("artifacts", {}).items():
        for source in output.get("artifactSelectors", ()):
            listed = made.get(source["producerSubtask"], Values()).artifacts
            if source["outputArtifactKey"] in listed and key not in artifacts:
                artifacts[key] = listed[source["outputArtifactKey"]]
    return Values(parameters=parameters, artifacts=artifacts)


def collected(iterations: Sequence[Values]) -> Values:
    """Give the outputs of a loop: for each name what its iterations made, in their order.

    Without any iteration there is nothing to read (`resolve.go`, 2.14 to 2.17: the backend takes a
    loop of no iterations for a plain graph, and finds no task in it).
    """
    parameters = dict.fromkeys(key for each in iterations for key in each.parameters)
    artifacts = dict.fromkeys(key for each in iterations for key in each.artifacts)
    return Values(
        parameters={
            key: [each.parameters[key] for each in iterations if key in each.parameters]
            for key in parameters
        },
        artifacts={
            key: [one for each in iterations for one in each.artifacts.get(key, ())]
            for key in artifacts
        },
    )


def _parameter_sources(output: Data) -> Iterator[Data]:
    if "valueFromParameter" in output:
        yield output["valueFromParameter"]
    yield from output.get("valueFromOneof", {}).get("parameterSelectors", ())
