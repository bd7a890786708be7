"""From a checked IR to a PipelineSpec, in the format's own protobuf classes.

Each job of the plan is a task, and a component with its interface. All components share one
executor: the container is the same for every step, and what tells the steps apart, the description
of the step, is a constant among the task's inputs.

The date of a run: Kubeflow fills in the placeholder for the scheduled time from 2.17 on (found in
its driver's source; 2.5 to 2.16 pass it through as it is), and knows no date for a run that
somebody starts. So the steps that ask for it get it from one small task in front of them, which
takes the run parameter, else the scheduled time, else its own start.
"""

from __future__ import annotations

from typing import Any

from flowyml import __version__
from flowyml.ir import ContextParameter, FromRunDate, PipelineIR
from flowyml_kubeflow.codec import encode, is_encoded, parameter_type
from flowyml_kubeflow.description import descriptions
from flowyml_kubeflow.graphs import (
    Graphs,
    component_name,
    declare,
    state_artifact,
    type_number,
)
from flowyml_kubeflow.links import Link, Links, artifact_type
from flowyml_kubeflow.messages import messages, to_dict
from flowyml_kubeflow.names import (
    ITEMS,
    RANGE,
    RANGES,
    RESULTS,
    RUN_DATE,
    RUN_DATE_TASK,
    SPLIT,
    TASK,
    WANTED,
    key_name,
    part_name,
    pipeline_name,
)
from flowyml_kubeflow.plan import Job, Plan, Verdict, plan

SCHEMA_VERSION = "2.1.0"
RELEASE = __version__.rpartition(".")[0]
"""The version without its patch level, so that a patch changes no text."""
SCHEDULED_TIME = "{{$.pipeline_job_schedule_time_utc}}"
GIVEN, SCHEDULED = "given", "scheduled"
"""The two parameters of the task that settles the date."""

_STEP_EXECUTOR = "exec-step"
_CLOCK_EXECUTOR = "exec-run-date"
_WORKER = ("python", "-m", "flowyml.runtime", "kubeflow")


def default_image(ir: PipelineIR) -> str:
    """Name the image that the containers run: a local one, so that nobody else can publish it."""
    return f"localhost/{pipeline_name(ir.name)}:dev"


def lower(ir: PipelineIR, *, spread: bool = False) -> Any:
    """Make the PipelineSpec message of a checked IR.

    Args:
        ir: the pipeline.
        spread: whether the backend can collect what a loop made, so that maps are loops.
    """
    spec = messages().PipelineSpec(schema_version=SCHEMA_VERSION, sdk_version=f"flowyml-{RELEASE}")
    spec.pipeline_info.name = pipeline_name(ir.name)
    spec.pipeline_info.description = ir.description or ""
    for parameter in ir.parameters:
        _declare(spec.root.input_definitions, parameter)
    executors: dict[str, tuple[str, ...]] = {_STEP_EXECUTOR: ()}
    if _asks_for_date(ir):
        executors[_CLOCK_EXECUTOR] = ("--run-date",)
        _clock(spec)
    _fill(spec, ir, plan(ir, spread=spread))
    spec.deployment_spec.update(_deployment(executors, default_image(ir)))
    return spec


def _fill(spec: Any, ir: PipelineIR, planned: Plan) -> None:
    """Add all graphs, jobs and edges."""
    homes = {job.name: job.graph for job in planned.jobs} | {RUN_DATE_TASK: ()}
    graphs = Graphs(spec, homes, planned.loops)
    links, texts = Links(ir), descriptions(ir, planned.jobs)
    for graph in planned.graphs:
        graphs.add_graph(graph)
    for job in planned.jobs:
        inputs = links.of(job)
        _component(spec.components[component_name(job.name)], job, inputs)
        task = graphs.add_task(job.name)
        task.caching_options.SetInParent()  # an empty message: no cache; it would ignore the code
        _constant(task, TASK, texts[job.name])
        if job.verdict and job.verdict.native:
            _obey(task, job.verdict)
        if job.role == "work":
            split = part_name(job.step.name, SPLIT)
            made = Link(key=RANGES, kind="parameter", type="LIST", producer=split, output=RANGES)
            graphs.loop(job.graph, made)
            task.inputs.parameters[RANGE].component_input_parameter = RANGE
        for link in inputs:
            graphs.connect(job.name, link)
    for job in planned.jobs:
        producers = {link.producer for link in links.of(job) if link.producer}
        for other in sorted({*job.waits, *producers}):
            graphs.order(job.name, other)
    graphs.settle()


def _declare(definitions: Any, parameter: ContextParameter) -> None:
    """State a context parameter as an input of the pipeline.

    A default counts only where the input is optional: without that, the backend's driver puts an
    empty string in its place, or fails (found in its source).
    """
    stated = definitions.parameters[key_name(parameter.key)]
    stated.parameter_type = type_number(parameter_type(parameter))
    stated.is_optional = not parameter.required
    if is_encoded(parameter):
        stated.description = "JSON"
    if parameter.has_default:
        _assign(stated.default_value, _carried(parameter))


def _carried(parameter: ContextParameter) -> Any:
    return encode(parameter.default) if is_encoded(parameter) else parameter.default


def _component(component: Any, job: Job, links: tuple[Link, ...]) -> None:
    component.executor_label = _STEP_EXECUTOR
    inputs, made = component.input_definitions, component.output_definitions
    inputs.parameters[TASK].parameter_type = type_number("STRING")
    for link in links:
        declare(inputs, link)
    if job.role == "gate":
        made.parameters[WANTED].parameter_type = type_number("BOOLEAN")
    elif job.role == "split":
        made.parameters[RANGES].parameter_type = type_number("LIST")
        state_artifact(made.artifacts[ITEMS], "system.Artifact")
    elif job.role == "work":
        inputs.parameters[RANGE].parameter_type = type_number("STRUCT")
        state_artifact(made.artifacts[RESULTS], "system.Artifact")
    else:
        for output in job.step.outputs:
            state_artifact(made.artifacts[key_name(output.name)], artifact_type(output.type))


def _obey(task: Any, verdict: Verdict) -> None:
    """Let Kubeflow itself leave a task out."""
    wanted = "true" if verdict.wanted else "false"
    task.trigger_policy.condition = f"inputs.parameter_values['{WANTED}'] == {wanted}"


def _asks_for_date(ir: PipelineIR) -> bool:
    return any(isinstance(p.binding, FromRunDate) for step in ir.steps for p in step.reads)


def _clock(spec: Any) -> None:
    """Add the task that settles the date of the run."""
    text = type_number("STRING")
    root = spec.root.input_definitions.parameters[RUN_DATE]
    root.parameter_type, root.is_optional = text, True
    root.description = "the date that the run is for, ISO 8601"
    component = spec.components[f"comp-{RUN_DATE_TASK}"]
    component.executor_label = _CLOCK_EXECUTOR
    given = component.input_definitions.parameters[GIVEN]
    given.parameter_type, given.is_optional = text, True
    component.input_definitions.parameters[SCHEDULED].parameter_type = text
    component.output_definitions.parameters[RUN_DATE].parameter_type = text
    task = spec.root.dag.tasks[RUN_DATE_TASK]
    task.task_info.name, task.component_ref.name = RUN_DATE_TASK, f"comp-{RUN_DATE_TASK}"
    task.caching_options.SetInParent()
    task.inputs.parameters[GIVEN].component_input_parameter = RUN_DATE
    _constant(task, SCHEDULED, SCHEDULED_TIME)


def _constant(task: Any, key: str, text: str) -> None:
    task.inputs.parameters[key].runtime_value.constant.string_value = text


def _deployment(executors: dict[str, tuple[str, ...]], image: str) -> dict[str, Any]:
    config = messages().PipelineDeploymentConfig()
    for label, flags in executors.items():
        container = config.executors[label].container
        container.image = image
        container.command.extend(_WORKER)
        container.args.extend((*flags, "--executor-input", "{{$}}"))
    return to_dict(config)


def _assign(value: Any, data: Any) -> None:
    """Put JSON data into a protobuf `Value`."""
    from google.protobuf import json_format

    json_format.ParseDict(data, value)
