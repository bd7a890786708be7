"""Translation validation: the emitted text, read back, means what the IR means.

The text is read by another road than it was written by: PyYAML, the format's own classes, then an
account of what each side says (`spec_meaning`). A difference is a defect of this compiler.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flowyml.ir import FromAsset, FromContext, FromRunDate, Parameter, PipelineIR
from flowyml.rendering import yaml
from flowyml.runtime.describing import context_limits, context_types, describe
from flowyml.runtime.task import Task
from flowyml_kubeflow.executors import Executors
from flowyml_kubeflow.messages import FormatError, to_message
from flowyml_kubeflow.names import (
    ITEMS,
    OUTPUT,
    RANGE,
    RANGES,
    RESULTS,
    RUN_DATE,
    RUN_DATE_TASK,
    SPLIT,
    WANTED,
    WORK,
    key_name,
    output_keys,
    part_name,
    task_name,
)
from flowyml_kubeflow.plan import Graph, Job, Plan, depth_in_common
from flowyml_kubeflow.promote import promoted, value_task
from flowyml_kubeflow.spec_meaning import exactly, meaning_of
from flowyml_kubeflow.validate.form import fits


def differences(text: str, ir: PipelineIR, planned: Plan, placed: Executors) -> tuple[str, ...]:
    """Compare emitted text with the IR.

    Args:
        text: what was emitted.
        ir: what it was made from.
        planned: the tasks of that.
        placed: their containers.

    Returns:
        A sentence for each difference.
    """
    try:
        spec, *platform = yaml.load_all(text)
        forms = ("PipelineSpec", *("PlatformSpec" for _ in platform))
        for document, form in zip((spec, *platform), forms, strict=True):
            if not fits(document, form):
                to_message(form, document)  # which says what is wrong
    except FormatError as error:
        return (str(error),)
    try:
        found = meaning_of(spec, *platform)
    except (KeyError, ValueError) as error:
        return (f"the text cannot be followed: {error!r}",)
    wanted = _ir_meaning(ir, planned, placed)
    return tuple(
        f"{what}: the text says {found.get(what)}, the pipeline {wanted.get(what)}"
        for what in sorted(found.keys() | wanted.keys())
        if found.get(what) != wanted.get(what)
    )


def _ir_meaning(ir: PipelineIR, planned: Plan, placed: Executors) -> dict[str, Any]:
    types, limits = context_types(ir), context_limits(ir)
    large = promoted(ir)
    waits = _waits(planned, large)
    keys = {step.name: output_keys(o.name for o in step.outputs) for step in ir.steps}
    meaning: dict[str, Any] = {}
    for job in planned.jobs:
        container = [placed[job.name].container, placed[job.name].kubernetes]
        also = {"waits": sorted(waits[job.name]), "container": container}
        said = _job(job, describe(job.step, types, limits), keys, large)
        meaning[f"task {job.name}"] = said | also
    settled = {RUN_DATE_TASK: RUN_DATE} if planned.dated else {}
    settled |= {task: key_name(each.key) for task, each in large.items()}
    for name, key in settled.items():
        container = [placed[name].container, placed[name].kubernetes]
        meaning[f"container of {name}"] = [*container, f"parameter {key}"]
    meaning |= {f"loop {'/'.join(graph)}": limit for graph, limit in planned.loops.items()}
    for p in ir.parameters:
        default = [exactly(p.default)] if p.has_default else []
        if (task := value_task(p.key)) in settled:
            meaning[f"default of {task}"] = default
            default = []
        meaning[f"parameter {key_name(p.key)}"] = [p.required, *default]
    return meaning


def _job(
    job: Job, task: Task, keys: Mapping[str, Mapping[str, str]], large: Collection[str]
) -> dict[str, Any]:
    reads = {_read_name(p): _source(p, keys, large) for p in job.reads}
    makes = list(keys[job.step.name].values())
    own = {"gate": [WANTED], "split": [RANGES, ITEMS], "work": [RESULTS]}
    return {
        "task": json.loads(json.dumps(task.to_dict())),
        "part": job.role,
        "reads": reads | _part_reads(job),
        "makes": sorted(own.get(job.role, makes)),
        "runs": _runs(job),
        "graph": "/".join(job.graph),
    }


def _read_name(parameter: Parameter) -> str:
    return RUN_DATE if isinstance(parameter.binding, FromRunDate) else parameter.name


def _source(
    parameter: Parameter, keys: Mapping[str, Mapping[str, str]], large: Collection[str]
) -> str:
    binding = parameter.binding
    if isinstance(binding, FromAsset):
        makers = filter(None, (binding.step, binding.otherwise))
        made = [f"{keys[step][binding.output]} of {task_name(step)}" for step in makers]
        return " or ".join(made) + ("?" if binding.optional else "")
    if isinstance(binding, FromContext):
        task = value_task(parameter.key)
        return f"{OUTPUT} of {task}" if task in large else f"parameter {key_name(parameter.key)}"
    return f"{RUN_DATE} of {RUN_DATE_TASK}"


def _part_reads(job: Job) -> dict[str, str]:
    split, work = part_name(job.step.name, SPLIT), part_name(job.step.name, WORK)
    items = {ITEMS: f"{ITEMS} of {split}"}
    if job.role == "work":
        return {**items, RANGE: f"each of {RANGES} of {split}"}
    if job.role == "collect":
        return {**items, RANGES: f"{RANGES} of {split}", RESULTS: f"{RESULTS} of {work}"}
    return {}


def _runs(job: Job) -> str:
    if job.verdict is None:
        return "always"
    by = "Kubeflow" if job.verdict.native else "its pod"
    return f"if {WANTED} of {job.verdict.gate} is {job.verdict.wanted}, decided by {by}"


def _waits(planned: Plan, large: Collection[str]) -> dict[str, set[str]]:
    """Say which containers each one waits for: a graph waits as a whole, and is waited for so."""
    places: dict[str, Graph] = {job.name: (*job.graph, job.name) for job in planned.jobs}
    places |= {name: (name,) for name in (RUN_DATE_TASK, *large)}
    within: dict[Graph, set[str]] = {}
    for name, place in places.items():
        for depth in range(1, len(place) + 1):
            within.setdefault(place[:depth], set()).add(name)
    found: dict[str, set[str]] = {name: set() for name in places}
    for job in planned.jobs:
        for other in (*job.waits, *_settled(job, large)):
            own, theirs = places[job.name], places[other]
            depth = depth_in_common(own, theirs) + 1
            for name in within[own[:depth]]:
                found[name] |= within[theirs[:depth]]
    return found


def _settled(job: Job, large: Collection[str]) -> Iterator[str]:
    """Name the tasks that settle what a job reads, besides the steps."""
    for each in job.reads:
        if isinstance(each.binding, FromRunDate):
            yield RUN_DATE_TASK
        elif isinstance(each.binding, FromContext) and value_task(each.key) in large:
            yield value_task(each.key)
