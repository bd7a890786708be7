"""The driver: decide what a task gets (2.5: `driver.go`, resolveInputs)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from flowyml.diagnostics import near
from flowyml_kubeflow.simulate.document import SpecError
from flowyml_kubeflow.simulate.model import TaskError, Values
from flowyml_kubeflow.simulate.values import has_type, stored, to_text
from flowyml_kubeflow.validate import Data

JOB_NAME = "simulated"


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


def resolve(
    name: str,
    task: Data,
    component: Data,
    parent: Values,
    made: Mapping[str, Values],
    scheduled: datetime | None,
) -> Values:
    """Give a task the values that it asks for.

    Args:
        name: the task's key.
        task: the task.
        component: what it runs.
        parent: what its graph got.
        made: what the tasks before it made.
        scheduled: see `Machine.scheduled`.

    Raises:
        TaskError: the driver fails the task.
    """
    definitions = component.get("inputDefinitions", {}).get("parameters", {})
    parameters = _omitted(task, definitions) if "dag" in component else {}
    placeholders = _placeholders(name, scheduled)
    for key, source in task.get("inputs", {}).get("parameters", {}).items():
        value = _parameter(source, parent, made, placeholders)
        if value is not None:
            parameters[key] = value
        elif not definitions[key].get("isOptional"):
            raise TaskError(f"the value of the parameter '{key}' is null, and it is not optional")
        elif "dag" in component:
            parameters[key] = None
    artifacts = {
        key: _artifact(key, source, parent, made)
        for key, source in task.get("inputs", {}).get("artifacts", {}).items()
    }
    return Values(parameters=_typed(parameters, definitions), artifacts=artifacts)


def _omitted(task: Data, definitions: Data) -> dict[str, Any]:
    """Settle the optional inputs of a nested graph that its task does not mention."""
    given = task.get("inputs", {}).get("parameters", {})
    return {
        key: stated.get("defaultValue")
        for key, stated in definitions.items()
        if key not in given and stated.get("isOptional")
    }


def _parameter(
    source: Data, parent: Values, made: Mapping[str, Values], placeholders: Mapping[str, str]
) -> Any:
    if "componentInputParameter" in source:
        return parent.parameters[source["componentInputParameter"]]
    if "taskOutputParameter" in source:
        output = source["taskOutputParameter"]
        return made[output["producerTask"]].parameters[output["outputParameterKey"]]
    if "constant" not in source.get("runtimeValue", {}):
        raise TaskError("a parameter's source is neither an input, an output nor a constant")
    constant = source["runtimeValue"]["constant"]
    return placeholders.get(constant, constant) if isinstance(constant, str) else constant


def _placeholders(name: str, scheduled: datetime | None) -> dict[str, str]:
    """Name what the driver fills in where a constant is exactly that; 2.5 knows no times."""
    known = {
        "{{$.pipeline_job_name}}": JOB_NAME,
        "{{$.pipeline_job_resource_name}}": JOB_NAME,
        "{{$.pipeline_job_uuid}}": JOB_NAME,
        "{{$.pipeline_task_name}}": name,
        "{{$.pipeline_task_uuid}}": "1",
    }
    if scheduled is not None:
        text = scheduled.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        known["{{$.pipeline_job_schedule_time_utc}}"] = text
        known["{{$.pipeline_job_create_time_utc}}"] = text
    return known


def _artifact(key: str, source: Data, parent: Values, made: Mapping[str, Values]) -> dict[str, Any]:
    if "componentInputArtifact" in source:
        return dict(parent.artifacts[source["componentInputArtifact"]])
    output = source["taskOutputArtifact"]
    found = made[output["producerTask"]].artifacts.get(output["outputArtifactKey"])
    if found is None:
        raise TaskError(f"cannot find the artifact for the input '{key}'")
    return dict(found)


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
