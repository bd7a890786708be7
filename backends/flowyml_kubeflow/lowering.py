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
from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    FromRunDate,
    Parameter,
    PipelineIR,
    TypeIR,
)
from flowyml_kubeflow.codec import encode, is_encoded, parameter_type
from flowyml_kubeflow.description import descriptions
from flowyml_kubeflow.messages import messages, to_dict
from flowyml_kubeflow.names import (
    RUN_DATE,
    RUN_DATE_TASK,
    TASK,
    WANTED,
    key_name,
    other_key,
    pipeline_name,
    task_name,
)
from flowyml_kubeflow.plan import Job, Verdict, plan

SCHEMA_VERSION = "2.1.0"
RELEASE = __version__.rpartition(".")[0]
"""The version without its patch level, so that a patch changes no text."""
SCHEDULED_TIME = "{{$.pipeline_job_schedule_time_utc}}"
GIVEN, SCHEDULED = "given", "scheduled"
"""The two parameters of the task that settles the date."""

_STEP_EXECUTOR = "exec-step"
_CLOCK_EXECUTOR = "exec-run-date"
_WORKER = ("python", "-m", "flowyml.runtime", "kubeflow")
_CLASSES = {"Dataset": "Dataset", "FeatureSet": "Dataset", "Model": "Model", "Metrics": "Metrics"}


def default_image(ir: PipelineIR) -> str:
    """Name the image that the containers run: a local one, so that nobody else can publish it."""
    return f"localhost/{pipeline_name(ir.name)}:dev"


def lower(ir: PipelineIR) -> Any:
    """Make the PipelineSpec message of a checked IR."""
    spec = messages().PipelineSpec(schema_version=SCHEMA_VERSION, sdk_version=f"flowyml-{RELEASE}")
    spec.pipeline_info.name = pipeline_name(ir.name)
    spec.pipeline_info.description = ir.description or ""
    parameters = {p.key: p for p in ir.parameters}
    for parameter in ir.parameters:
        _declare(spec.root.input_definitions, parameter)
    outputs = {(s.name, o.name): o.type for s in ir.steps for o in s.outputs}
    jobs = plan(ir)
    texts = descriptions(ir, jobs)
    for job in jobs:
        _component(spec.components[component_name(job)], job, parameters, outputs)
        _task(spec.root.dag.tasks[job.name], job, texts[job.name])
    executors: dict[str, tuple[str, ...]] = {_STEP_EXECUTOR: ()}
    if _asks_for_date(ir):
        executors[_CLOCK_EXECUTOR] = ("--run-date",)
        _clock(spec)
    spec.deployment_spec.update(_deployment(executors, default_image(ir)))
    return spec


def component_name(job: Job) -> str:
    """Name the component of a task."""
    return f"comp-{job.name}"


def artifact_type(type_: TypeIR | None) -> str:
    """Choose the schema title for a value of that type; Kubeflow checks no more than these."""
    module, _, name = (type_.name if type_ else "").rpartition(".")
    ours = module.partition(".")[0] == "flowyml"
    return f"system.{_CLASSES.get(name, 'Artifact') if ours else 'Artifact'}"


def _declare(definitions: Any, parameter: ContextParameter) -> None:
    """State a context parameter as an input of the pipeline.

    A default counts only where the input is optional: without that, the backend's driver puts an
    empty string in its place, or fails (found in its source).
    """
    stated = definitions.parameters[key_name(parameter.key)]
    stated.parameter_type = _type(parameter_type(parameter))
    stated.is_optional = not parameter.required
    if is_encoded(parameter):
        stated.description = "JSON"
    if parameter.has_default:
        _assign(stated.default_value, _carried(parameter))


def _carried(parameter: ContextParameter) -> Any:
    return encode(parameter.default) if is_encoded(parameter) else parameter.default


def _component(
    component: Any,
    job: Job,
    parameters: dict[str, ContextParameter],
    outputs: dict[tuple[str, str], TypeIR | None],
) -> None:
    component.executor_label = _STEP_EXECUTOR
    inputs, made = component.input_definitions, component.output_definitions
    inputs.parameters[TASK].parameter_type = _type("STRING")
    for each in job.step.reads:
        _input(inputs, each, parameters, outputs)
    if job.verdict:
        inputs.parameters[WANTED].parameter_type = _type("BOOLEAN")
    if job.decides:
        made.parameters[WANTED].parameter_type = _type("BOOLEAN")
        return
    for output in job.step.outputs:
        _artifact(made.artifacts[key_name(output.name)], artifact_type(output.type))


def _input(
    inputs: Any,
    each: Parameter,
    parameters: dict[str, ContextParameter],
    outputs: dict[tuple[str, str], TypeIR | None],
) -> None:
    binding = each.binding
    if isinstance(binding, FromAsset):
        for key, step in _sources(each.name, binding).items():
            _artifact(inputs.artifacts[key], artifact_type(outputs[step, binding.output]))
    elif isinstance(binding, FromContext):
        parameter = parameters[each.key]
        stated = inputs.parameters[key_name(each.name)]
        stated.parameter_type = _type(parameter_type(parameter))
        stated.is_optional = not parameter.required and not parameter.has_default
    elif isinstance(binding, FromRunDate):
        inputs.parameters[RUN_DATE].parameter_type = _type("STRING")


def _sources(name: str, binding: FromAsset) -> dict[str, str]:
    """Give the inputs that a parameter needs, each with the step that makes the asset."""
    first = {key_name(name): binding.step}
    return first | {other_key(name): binding.otherwise} if binding.otherwise else first


def _artifact(stated: Any, title: str) -> None:
    stated.artifact_type.schema_title = title
    stated.artifact_type.schema_version = "0.0.1"


def _task(task: Any, job: Job, description: str) -> None:
    task.task_info.name = job.name
    task.component_ref.name = component_name(job)
    task.caching_options.SetInParent()  # an empty message: no cache, which would ignore the code
    _constant(task, TASK, description)
    upstream = set(job.waits)
    for parameter in job.step.reads:
        upstream |= _bind(task.inputs, parameter)
    if job.verdict:
        _obey(task, job.verdict)
    task.dependent_tasks.extend(sorted(upstream))


def _obey(task: Any, verdict: Verdict) -> None:
    """Hand the verdict of a gate to a step, and where Kubeflow itself may, let it decide."""
    source = task.inputs.parameters[WANTED].task_output_parameter
    source.producer_task, source.output_parameter_key = verdict.gate, WANTED
    if verdict.native:
        wanted = "true" if verdict.wanted else "false"
        task.trigger_policy.condition = f"inputs.parameter_values['{WANTED}'] == {wanted}"


def _bind(inputs: Any, parameter: Parameter) -> set[str]:
    """State where a parameter comes from, and name the tasks that this adds to wait for."""
    key, binding = key_name(parameter.name), parameter.binding
    if isinstance(binding, FromAsset):
        for each, step in _sources(parameter.name, binding).items():
            source = inputs.artifacts[each].task_output_artifact
            source.producer_task = task_name(step)
            source.output_artifact_key = key_name(binding.output)
    elif isinstance(binding, FromContext):
        inputs.parameters[key].component_input_parameter = key_name(parameter.key)
    elif isinstance(binding, FromRunDate):
        date = inputs.parameters[RUN_DATE].task_output_parameter
        date.producer_task, date.output_parameter_key = RUN_DATE_TASK, RUN_DATE
        return {RUN_DATE_TASK}
    return set()


def _asks_for_date(ir: PipelineIR) -> bool:
    return any(isinstance(p.binding, FromRunDate) for step in ir.steps for p in step.reads)


def _clock(spec: Any) -> None:
    """Add the task that settles the date of the run."""
    text = _type("STRING")
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


def _type(name: str) -> int:
    number: int = messages().ParameterType.ParameterTypeEnum.Value(name)
    return number


def _assign(value: Any, data: Any) -> None:
    """Put JSON data into a protobuf `Value`."""
    from google.protobuf import json_format

    json_format.ParseDict(data, value)
