"""From a checked IR to a PipelineSpec, as JSON data.

Each job of the plan is a task. Its component, the interface, is one for all uses of a function that
look the same; its container is one for all steps that ask for no other. What tells the steps apart,
the description of the step, is a constant among the task's inputs.

The date of a run: Kubeflow fills in the placeholder for the scheduled time from 2.17 on (found in
its driver's source; 2.5 to 2.16 pass it through as it is), and knows no date for a run that
somebody starts. So the steps that ask for it get it from one small task in front of them, which
takes the run parameter, else the scheduled time, else its own start.
"""

from __future__ import annotations

import json
from typing import Any

from flowyml import __version__
from flowyml.ir import ContextParameter, PipelineIR
from flowyml_kubeflow.codec import is_encoded, parameter_type
from flowyml_kubeflow.description import descriptions
from flowyml_kubeflow.executors import Executors
from flowyml_kubeflow.graphs import (
    Graphs,
    artifact,
    declare,
    parameter,
    place,
    task_of,
)
from flowyml_kubeflow.links import Link, Links, artifact_type
from flowyml_kubeflow.messages import whole
from flowyml_kubeflow.names import (
    GIVEN,
    ITEMS,
    OUTPUT,
    RANGE,
    RANGES,
    RESULTS,
    RUN_DATE,
    RUN_DATE_TASK,
    SPLIT,
    TASK,
    WANTED,
    WORKSPACE,
    component_name,
    key_name,
    output_keys,
    part_name,
    pipeline_name,
)
from flowyml_kubeflow.plan import Job, Plan, Verdict
from flowyml_kubeflow.promote import LARGEST_PARAMETER, carried, promoted, size

SCHEMA_VERSION = "2.1.0"
RELEASE = __version__.rpartition(".")[0]
"""The version without its patch level, so that a patch changes no text."""
SCHEDULED_TIME = "{{$.pipeline_job_schedule_time_utc}}"
WORKSPACE_PATH = "{{$.workspace_path}}"
SCHEDULED = "scheduled"
"""What the task that settles the date is told of the scheduled time."""


def lower(
    ir: PipelineIR, planned: Plan, placed: Executors, *, workspace: bool = False
) -> dict[str, Any]:
    """Make the PipelineSpec of a checked IR, as JSON data.

    Args:
        ir: the pipeline.
        planned: its tasks.
        placed: the container of each.
        workspace: whether the pods share a folder.
    """
    info = {"name": pipeline_name(ir.name)}
    root: dict[str, Any] = {}
    if ir.parameters:
        stated = {key_name(each.key): _declared(each) for each in ir.parameters}
        root["inputDefinitions"] = {"parameters": stated}
    spec: dict[str, Any] = {
        "schemaVersion": SCHEMA_VERSION,
        "sdkVersion": f"flowyml-{RELEASE}",
        "pipelineInfo": info | ({"description": ir.description} if ir.description else {}),
        "root": root,
        "components": {},
    }
    if planned.dated:
        _clock(spec, placed[RUN_DATE_TASK].label)
    for task, large in promoted(ir).items():
        _value(spec, task, large, placed[task].label)
    _fill(spec, ir, planned, placed, workspace=workspace)
    containers = {each.label: {"container": each.container} for each in placed.values()}
    spec["deploymentSpec"] = {"executors": containers}
    return spec


def _fill(
    spec: dict[str, Any], ir: PipelineIR, planned: Plan, placed: Executors, *, workspace: bool
) -> None:
    """Add all graphs, jobs and edges."""
    homes = {job.name: job.graph for job in planned.jobs}
    homes |= dict.fromkeys((RUN_DATE_TASK, *promoted(ir)), ())
    graphs = Graphs(spec, homes, planned.loops)
    links, texts = Links(ir), descriptions(ir, planned.jobs)
    for graph in planned.graphs:
        graphs.add_graph(graph)
    inputs = {job.name: links.of(job) for job in planned.jobs}
    for job in planned.jobs:
        read = inputs[job.name]
        component = _component(job, read, placed[job.name].label, workspace=workspace)
        name = _component_name(job, component)
        spec["components"][name] = component
        task = graphs.add_task(job.name, name)
        task["cachingOptions"] = {}  # no cache: Kubeflow's own would ignore the code
        _constant(task, TASK, texts[job.name])
        if workspace:  # the driver mounts it where a parameter holds its path
            _constant(task, WORKSPACE, WORKSPACE_PATH)
        if job.verdict and job.verdict.native:
            task["triggerPolicy"] = {"condition": _condition(job.verdict)}
        if job.role == "work":
            split = part_name(job.step.name, SPLIT)
            made = Link(key=RANGES, kind="parameter", type="LIST", producer=split, output=RANGES)
            graphs.loop(job.graph, made)
            place(task, "inputs", "parameters")[RANGE] = {"componentInputParameter": RANGE}
        for link in read:
            graphs.connect(job.name, link)
    for job in planned.jobs:
        producers = {link.producer for link in inputs[job.name] if link.producer}
        graphs.order(job.name, {*job.waits, *producers})


def _declared(given: ContextParameter) -> dict[str, Any]:
    """State a context parameter as an input of the pipeline.

    A default counts only where the input is optional: without that, the backend's driver puts an
    empty string in its place, or fails (found in its source).
    """
    stated = parameter(parameter_type(given))
    if not given.required:
        stated["isOptional"] = True
    if is_encoded(given):
        stated["description"] = "JSON"
    if given.has_default and size(given) <= LARGEST_PARAMETER:
        stated["defaultValue"] = whole(carried(given))
    return stated


def _component_name(job: Job, component: dict[str, Any]) -> str:
    function = job.step.function.entrypoint.rpartition(":")[2]
    return component_name(function, json.dumps(component, sort_keys=True))


def _component(job: Job, links: tuple[Link, ...], label: str, *, workspace: bool) -> dict[str, Any]:
    told = (TASK, WORKSPACE) if workspace else (TASK,)
    inputs: dict[str, Any] = {"parameters": {key: parameter("STRING") for key in told}}
    for link in links:
        declare(inputs, link)
    if job.role == "work":
        inputs["parameters"][RANGE] = parameter("STRUCT")
    component = {"executorLabel": label, "inputDefinitions": inputs}
    made = _makes(job)
    return component | ({"outputDefinitions": made} if made else {})


def _makes(job: Job) -> dict[str, Any]:
    """State what a job makes."""
    if job.role == "gate":
        return {"parameters": {WANTED: parameter("BOOLEAN")}}
    if job.role == "split":
        items = {ITEMS: artifact("system.Artifact")}
        return {"parameters": {RANGES: parameter("LIST")}, "artifacts": items}
    if job.role == "work":
        return {"artifacts": {RESULTS: artifact("system.Artifact")}}
    keys = output_keys(each.name for each in job.step.outputs)
    made = {keys[each.name]: artifact(artifact_type(each.type)) for each in job.step.outputs}
    return {"artifacts": made} if made else {}


def _condition(verdict: Verdict) -> str:
    """Let Kubeflow itself leave a task out."""
    wanted = "true" if verdict.wanted else "false"
    return f"inputs.parameter_values['{WANTED}'] == {wanted}"


def _clock(spec: dict[str, Any], label: str) -> None:
    """Add the task that settles the date of the run."""
    text, optional = parameter("STRING"), parameter("STRING") | {"isOptional": True}
    about = {"description": "the date that the run is for, ISO 8601"}
    place(spec, "root", "inputDefinitions", "parameters")[RUN_DATE] = optional | about
    spec["components"][component_name(RUN_DATE_TASK)] = {
        "executorLabel": label,
        "inputDefinitions": {"parameters": {GIVEN: optional, SCHEDULED: text}},
        "outputDefinitions": {"parameters": {RUN_DATE: text}},
    }
    task = task_of(RUN_DATE_TASK, component_name(RUN_DATE_TASK))
    task["cachingOptions"] = {}
    place(task, "inputs", "parameters")[GIVEN] = {"componentInputParameter": RUN_DATE}
    _constant(task, SCHEDULED, SCHEDULED_TIME)
    place(spec, "root", "dag", "tasks")[RUN_DATE_TASK] = task


def _value(spec: dict[str, Any], name: str, large: ContextParameter, label: str) -> None:
    """Add the task that writes a large default, unless the run gives another value."""
    given = parameter(parameter_type(large)) | {"isOptional": True}
    spec["components"][component_name(name)] = {
        "executorLabel": label,
        "inputDefinitions": {"parameters": {GIVEN: given}},
        "outputDefinitions": {"artifacts": {OUTPUT: artifact("system.Artifact")}},
    }
    task = task_of(name, component_name(name))
    task["cachingOptions"] = {}
    place(task, "inputs", "parameters")[GIVEN] = {"componentInputParameter": key_name(large.key)}
    place(spec, "root", "dag", "tasks")[name] = task


def _constant(task: dict[str, Any], key: str, text: str) -> None:
    place(task, "inputs", "parameters")[key] = {"runtimeValue": {"constant": text}}
