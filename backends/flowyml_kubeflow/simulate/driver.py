"""The driver: decide what a task gets (2.5: `driver.go`, resolveInputs)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flowyml.diagnostics import near
from flowyml.frozen import dataclass
from flowyml_kubeflow.cel import CelError, select
from flowyml_kubeflow.json_data import is_array
from flowyml_kubeflow.simulate.document import SpecError
from flowyml_kubeflow.simulate.model import Artifact, State, TaskError, Values
from flowyml_kubeflow.simulate.values import has_type, stored, to_text
from flowyml_kubeflow.validate.spec import Data

JOB_NAME = "simulated"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a task can see.

    Attributes:
        parent: what its graph got.
        made: what the tasks before it made.
        states: how those ended.
        scheduled, workspace: see `Machine`.
    """

    parent: Values
    made: Mapping[str, Values]
    states: Mapping[str, State]
    scheduled: datetime | None
    workspace: Path | None = None


def root_inputs(spec: Data, given: Mapping[str, Any]) -> Values:
    """Settle the parameters of a run as the API server does; one without any value is null.

    Raises:
        SpecError: a parameter is unknown, missing or of another type.
    """
    stated = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    for name, value in given.items():
        if name not in stated:
            raise SpecError(f"the pipeline has no parameter '{name}'; {near(name, stated)}")
        if not has_type(value, stated[name]["parameterType"]):
            kind = stated[name]["parameterType"]
            raise SpecError(f"the parameter '{name}' takes {kind}, not {value!r:.80}")
    values = {n: given.get(n, parameter.get("defaultValue")) for n, parameter in stated.items()}
    for name, value in values.items():
        if value is None and not stated[name].get("isOptional"):
            raise SpecError(f"the parameter '{name}' needs a value")
    return Values(parameters=stored(values))


def resolve(name: str, task: Data, component: Data, scope: Scope) -> Values:
    """Give a task the values that it asks for; a loop gets its items, and its iterations follow.

    Raises:
        TaskError: the driver fails the task.
    """
    definitions = component.get("inputDefinitions", {}).get("parameters", {})
    parameters = _omitted(task, definitions) if "dag" in component else {}
    for key, source in task.get("inputs", {}).get("parameters", {}).items():
        value = _selected(source, _parameter(name, source, scope))
        if value is not None:
            parameters[key] = value
        elif not definitions[key].get("isOptional"):
            raise TaskError(f"the value of the parameter '{key}' is null, and it is not optional")
        elif "dag" in component:
            parameters[key] = None
    artifacts = {
        key: _artifacts(key, source, scope)
        for key, source in task.get("inputs", {}).get("artifacts", {}).items()
    }
    parts = {key: value for key, value in parameters.items() if key not in definitions}
    parameters = {key: _put_together(value, parts) for key, value in parameters.items()}
    item = task.get("parameterIterator", {}).get("itemInput")
    typed = _typed(parameters, {k: v for k, v in definitions.items() if k != item})
    return Values(parameters=typed, artifacts=artifacts)


def iterations(task: Data, component: Data, inputs: Values) -> list[Values]:
    """Give what each iteration of a loop gets: what the loop got, with an item for the items.

    Raises:
        TaskError: the items are no list, or one is not of the type that the item has.
    """
    iterator = task["parameterIterator"]
    source = iterator["items"]
    key = source.get("inputParameter")
    items = inputs.parameters.get(key) if key else stored(json.loads(source["raw"]))
    if not is_array(items):
        raise TaskError(f"the items of the loop are {items!r:.80}, which is no list")
    shared = {k: v for k, v in inputs.parameters.items() if k != key}
    definitions = component.get("inputDefinitions", {}).get("parameters", {})
    taken = {k: v for k, v in definitions.items() if k != key}
    return [
        Values(
            parameters=_typed({**shared, iterator["itemInput"]: item}, taken),
            artifacts=inputs.artifacts,
        )
        for item in items
    ]


def _omitted(task: Data, definitions: Data) -> dict[str, Any]:
    """Settle the optional inputs of a nested graph that its task does not mention."""
    given = task.get("inputs", {}).get("parameters", {})
    return {
        key: stated.get("defaultValue")
        for key, stated in definitions.items()
        if key not in given and stated.get("isOptional")
    }


def _parameter(name: str, source: Data, scope: Scope) -> Any:
    if "componentInputParameter" in source:
        return scope.parent.parameters.get(source["componentInputParameter"])
    if "taskOutputParameter" in source:
        output = source["taskOutputParameter"]
        producer, key = output["producerTask"], output["outputParameterKey"]
        made = scope.made.get(producer, Values()).parameters
        if key not in made:
            raise TaskError(f"task '{producer}' has not made the parameter '{key}'")
        return made[key]
    if "taskFinalStatus" in source:
        return _final_status(source["taskFinalStatus"].get("producerTask", ""), scope)
    if "constant" not in source.get("runtimeValue", {}):
        raise TaskError("a parameter's source is neither an input, an output nor a constant")
    constant = source["runtimeValue"]["constant"]
    known = _placeholders(name, scope)
    return known.get(constant, constant) if isinstance(constant, str) else constant


def _selected(source: Data, value: Any) -> Any:
    selector = source.get("parameterExpressionSelector")
    if not selector or value is None:
        return value
    try:
        return stored(select(selector, to_text(value)))
    except CelError as error:
        raise TaskError(f"the selector {selector!r}: {error}") from None


def _put_together(value: Any, parts: Mapping[str, Any]) -> Any:
    """Fill in what the SDK makes of an f-string: inputs that the component does not have.

    The launcher replaces these one after the other, in an order that changes from run to run.
    """
    if not isinstance(value, str) or "{{$.inputs" not in value:
        return value
    for key, other in parts.items():
        value = value.replace(f"{{{{$.inputs.parameters['{key}']}}}}", to_text(other))
    return value


def _final_status(producer: str, scope: Scope) -> dict[str, Any]:
    """Say how a task ended (backends from 2.14 on; its states are those of the metadata store)."""
    state = {"SUCCEEDED": "COMPLETE"}.get(scope.states[producer], scope.states[producer])
    return {
        "state": state,
        "pipelineTaskName": producer,
        "pipelineJobResourceName": JOB_NAME,
        "error": {},
    }


def _placeholders(name: str, scope: Scope) -> dict[str, str]:
    """Name what the driver fills in where a constant is exactly that; 2.5 knows no times."""
    known = {
        "{{$.pipeline_job_name}}": JOB_NAME,
        "{{$.pipeline_job_resource_name}}": JOB_NAME,
        "{{$.pipeline_job_uuid}}": JOB_NAME,
        "{{$.pipeline_task_name}}": name,
        "{{$.pipeline_task_uuid}}": "1",
    }
    if scope.workspace is not None:
        known["{{$.workspace_path}}"] = str(scope.workspace)
    if scope.scheduled is not None:
        text = scope.scheduled.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        known["{{$.pipeline_job_schedule_time_utc}}"] = text
        known["{{$.pipeline_job_create_time_utc}}"] = text
    return known


def _artifacts(key: str, source: Data, scope: Scope) -> list[Artifact]:
    if "componentInputArtifact" in source:
        found = scope.parent.artifacts.get(source["componentInputArtifact"])
    else:
        output = source["taskOutputArtifact"]
        made = scope.made.get(output["producerTask"], Values()).artifacts
        found = made.get(output["outputArtifactKey"])
    if found is None:
        raise TaskError(f"cannot find the artifact for the input '{key}'")
    return [dict(each) for each in found]


def _typed(parameters: dict[str, Any], definitions: Data) -> dict[str, Any]:
    """Check each value's type; a STRING takes anything, as text.

    A required input without a value becomes an empty string or fails, whatever its default says.
    """
    for key, stated in definitions.items():
        kind = stated["parameterType"]
        if key not in parameters and not stated.get("isOptional"):
            if "defaultValue" not in stated:
                raise TaskError(f"no value and no default for the parameter '{key}'")
            parameters[key] = None
        if key not in parameters or (parameters[key] is None and stated.get("isOptional")):
            continue
        if kind == "STRING":
            parameters[key] = to_text(parameters[key])
        elif not has_type(parameters[key], kind):
            raise TaskError(f"the parameter '{key}' takes {kind}, not {parameters[key]!r:.80}")
    return parameters
