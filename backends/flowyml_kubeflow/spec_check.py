"""Translation validation: the emitted text, read back, means what the IR means.

The text is read by another road than it was written by: PyYAML, the format's own classes, then this
file's account of what each side says. A difference is a defect of this compiler.
"""

from __future__ import annotations

import json
from typing import Any, cast

from flowyml.ir import FromAsset, FromContext, FromRunDate, PipelineIR
from flowyml.rendering import yaml
from flowyml.runtime.describing import context_types, describe
from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.names import (
    RUN_DATE,
    RUN_DATE_TASK,
    TASK,
    WANTED,
    key_name,
    other_key,
    task_name,
)
from flowyml_kubeflow.plan import Job, plan


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
    meaning: dict[str, Any] = {f"task {job.name}": _job(job, types) for job in plan(ir)}
    for p in ir.parameters:
        default = [_exactly(p.default)] if p.has_default else []
        meaning[f"parameter {key_name(p.key)}"] = [p.required, *default]
    return meaning


def _job(job: Job, types: dict[str, str]) -> dict[str, Any]:
    reads: dict[str, str] = {}
    for p in job.step.reads:
        if isinstance(p.binding, FromAsset):
            makers = filter(None, (p.binding.step, p.binding.otherwise))
            made = [f"{key_name(p.binding.output)} of {task_name(step)}" for step in makers]
            reads[p.name] = " or ".join(made) + ("?" if p.binding.optional else "")
        elif isinstance(p.binding, FromContext):
            reads[p.name] = f"parameter {key_name(p.key)}"
        elif isinstance(p.binding, FromRunDate):
            reads[RUN_DATE] = f"{RUN_DATE} of {RUN_DATE_TASK}"
    outputs = [WANTED] if job.decides else [key_name(o.name) for o in job.step.outputs]
    return {
        "task": json.loads(json.dumps(describe(job.step, types).to_dict())),
        "reads": reads,
        "waits": sorted({*job.waits, *([RUN_DATE_TASK] if RUN_DATE in reads else [])}),
        "makes": sorted(outputs),
        "runs": _runs(job),
    }


def _runs(job: Job) -> str:
    if job.verdict is None:
        return "always"
    by = "Kubeflow" if job.verdict.native else "its pod"
    return f"if {job.verdict.gate} says {job.verdict.wanted}, decided by {by}"


def _spec_meaning(spec: dict[str, Any]) -> dict[str, Any]:
    root = spec["root"]
    tasks = cast("dict[str, Any]", root["dag"]["tasks"])
    parameters = cast("dict[str, Any]", root.get("inputDefinitions", {}).get("parameters", {}))
    meaning: dict[str, Any] = {
        f"task {name}": _read_task(task, spec["components"][task["componentRef"]["name"]])
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
    names: dict[str, str] = told.pop("names", {})
    optional = told.pop("optional", ())
    wanted, decides = told.pop("wanted", None), told.pop("decides", False)
    told.pop("encoded", None)
    outputs = component.get("outputDefinitions", {})
    made = outputs.get("parameters" if decides else "artifacts", {})
    return {
        "task": told,
        "reads": _read_inputs(inputs, names, optional),
        "waits": sorted(task.get("dependentTasks", ())),
        "makes": sorted(made),
        "runs": _read_verdict(task, wanted=wanted),
    }


def _read_inputs(inputs: dict[str, Any], names: dict[str, str], optional: Any) -> dict[str, str]:
    kinds = ("parameters", "artifacts")
    sources: list[tuple[str, Any]] = [
        pair for kind in kinds for pair in inputs.get(kind, {}).items()
    ]
    reads: dict[str, list[str]] = {}
    for key, source in sorted(sources, key=lambda pair: (_is_second(pair[0], names), pair[0])):
        if key not in (TASK, WANTED):
            reads.setdefault(names.get(key, key), []).append(_read_source(source))
    return {n: " or ".join(said) + ("?" if n in optional else "") for n, said in reads.items()}


def _is_second(key: str, names: dict[str, str]) -> bool:
    return key == other_key(names.get(key, key))


def _read_verdict(task: dict[str, Any], *, wanted: bool | None) -> str:
    condition = task.get("triggerPolicy", {}).get("condition")
    if wanted is None:
        return f"if {condition}" if condition else "always"
    source = task["inputs"]["parameters"][WANTED]["taskOutputParameter"]
    native = condition == f"inputs.parameter_values['{WANTED}'] == {json.dumps(wanted)}"
    by = "Kubeflow" if native else "its pod" if condition is None else condition
    return f"if {source['producerTask']} says {wanted}, decided by {by}"


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
