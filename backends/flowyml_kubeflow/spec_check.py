"""Translation validation: the emitted text, read back, means what the IR means.

The text is read by another road than it was written by: PyYAML, the format's own classes, then this
file's account of what each side says. A difference is a defect of this compiler.
"""

from __future__ import annotations

import json
from typing import Any, cast

from flowyml.ir import FromAsset, FromContext, FromRunDate, PipelineIR, StepNode, needs
from flowyml.rendering import yaml
from flowyml.runtime.describing import context_types, describe
from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.names import RUN_DATE, RUN_DATE_TASK, TASK, key_name, task_name


def differences(text: str, ir: PipelineIR) -> tuple[str, ...]:
    """Compare emitted text with the IR.

    Returns:
        A sentence for each difference.
    """
    try:
        spec = to_dict(to_message("PipelineSpec", yaml.load(text)))
    except FormatError as error:
        return (str(error),)
    found, wanted = _spec_meaning(spec), _ir_meaning(ir)
    return tuple(
        f"{what}: the text says {found.get(what)}, the pipeline {wanted.get(what)}"
        for what in sorted(found.keys() | wanted.keys())
        if found.get(what) != wanted.get(what)
    )


def _ir_meaning(ir: PipelineIR) -> dict[str, Any]:
    types = context_types(ir)
    meaning: dict[str, Any] = {f"step {task_name(s.name)}": _step(s, types) for s in ir.steps}
    for p in ir.parameters:
        default = [_exactly(p.default)] if p.has_default else []
        meaning[f"parameter {key_name(p.key)}"] = [p.required, *default]
    return meaning


def _step(step: StepNode, types: dict[str, str]) -> dict[str, Any]:
    reads: dict[str, str] = {}
    for p in step.parameters:
        if isinstance(p.binding, FromAsset):
            reads[p.name] = f"{key_name(p.binding.output)} of {task_name(p.binding.step)}"
        elif isinstance(p.binding, FromContext):
            reads[p.name] = f"parameter {key_name(p.key)}"
        elif isinstance(p.binding, FromRunDate):
            reads[RUN_DATE] = f"{RUN_DATE} of {RUN_DATE_TASK}"
    waits = {task_name(name) for name in needs(step)}
    return {
        "task": json.loads(json.dumps(describe(step, types).to_dict())),
        "reads": reads,
        "waits": sorted(waits | ({RUN_DATE_TASK} if RUN_DATE in reads else set())),
        "makes": sorted(key_name(output.name) for output in step.outputs),
    }


def _spec_meaning(spec: dict[str, Any]) -> dict[str, Any]:
    root = spec["root"]
    tasks = cast("dict[str, Any]", root["dag"]["tasks"])
    parameters = cast("dict[str, Any]", root.get("inputDefinitions", {}).get("parameters", {}))
    meaning: dict[str, Any] = {
        f"step {name}": _read_task(task, spec["components"][task["componentRef"]["name"]])
        for name, task in tasks.items()
        if name != RUN_DATE_TASK
    }
    for key, stated in parameters.items():
        if key != RUN_DATE:
            meaning[f"parameter {key}"] = _read_parameter(stated)
    return meaning


def _read_task(task: dict[str, Any], component: dict[str, Any]) -> dict[str, Any]:
    inputs = task["inputs"]
    told = json.loads(inputs["parameters"][TASK]["runtimeValue"]["constant"])
    names = told.pop("names", {})
    told.pop("encoded", None)
    reads = {
        names.get(key, key): _read_source(source)
        for kind in ("parameters", "artifacts")
        for key, source in inputs.get(kind, {}).items()
        if key != TASK
    }
    outputs = component.get("outputDefinitions", {}).get("artifacts", {})
    return {
        "task": told,
        "reads": reads,
        "waits": sorted(task.get("dependentTasks", ())),
        "makes": sorted(outputs),
    }


def _read_source(source: dict[str, Any]) -> str:
    if "componentInputParameter" in source:
        return f"parameter {source['componentInputParameter']}"
    kind = "Artifact" if "taskOutputArtifact" in source else "Parameter"
    output = source[f"taskOutput{kind}"]
    return f"{output[f'output{kind}Key']} of {output['producerTask']}"


def _read_parameter(stated: dict[str, Any]) -> list[Any]:
    required = not stated.get("isOptional", False)
    if "defaultValue" not in stated:
        return [required]
    value, encoded = stated["defaultValue"], stated.get("description") == "JSON"
    return [required, _exactly(json.loads(value) if encoded else value)]


def _exactly(value: Any) -> str:
    """Write a default so that 1 and True differ; as a parameter on its own, 1.0 is 1."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, sort_keys=True)
