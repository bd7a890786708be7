"""What each job reads, and from which other one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Literal

from flowyml.frozen import dataclass
from flowyml.ir import ContextParameter, FromAsset, FromContext, FromRunDate, PipelineIR, TypeIR
from flowyml_kubeflow.codec import parameter_type
from flowyml_kubeflow.names import (
    ITEMS,
    OUTPUT,
    RANGES,
    RESULTS,
    RUN_DATE,
    RUN_DATE_TASK,
    SPLIT,
    WANTED,
    WORK,
    key_name,
    other_key,
    output_keys,
    part_name,
    task_name,
)
from flowyml_kubeflow.plan import Job
from flowyml_kubeflow.promote import promoted, value_task

_TITLES = {
    "flowyml.Dataset": "Dataset",
    "flowyml.FeatureSet": "Dataset",
    "flowyml.Model": "Model",
    "flowyml.Metrics": "Metrics",
    "pandas.DataFrame": "Dataset",
    "pandas.Series": "Dataset",
    "polars.DataFrame": "Dataset",
    "pyarrow.Table": "Dataset",
}


@dataclass(frozen=True, kw_only=True)
class Link:
    """One input of a job.

    Attributes:
        key: its name at the job.
        kind: what it is.
        type: a parameter type, or the schema title of an artifact.
        producer: the job that makes it; None is the pipeline itself, whose input it is.
        output: its name at the producer.
        optional: whether it may be without a value.
        listed: whether it is one artifact of each iteration.
    """

    key: str
    kind: Literal["parameter", "artifact"]
    type: str
    producer: str | None
    output: str
    optional: bool = False
    listed: bool = False


class Links:
    """Finds the inputs of jobs."""

    def __init__(self, ir: PipelineIR) -> None:
        self._parameters: dict[str, ContextParameter] = {p.key: p for p in ir.parameters}
        self._promoted = promoted(ir)
        self._made = {(s.name, o.name): o.type for s in ir.steps for o in s.outputs}
        self._keys = {s.name: output_keys(o.name for o in s.outputs) for s in ir.steps}

    def of(self, job: Job) -> tuple[Link, ...]:
        """Give the inputs of a job, but for the constants that it is told."""
        return (*self._read(job), *_parts(job))

    def _read(self, job: Job) -> Iterator[Link]:
        for each in job.reads:
            binding = each.binding
            if isinstance(binding, FromAsset):
                yield from self._assets(each.name, binding)
            elif isinstance(binding, FromContext):
                yield self._context(key_name(each.name), self._parameters[each.key])
            elif isinstance(binding, FromRunDate):
                yield _parameter(RUN_DATE, "STRING", RUN_DATE_TASK)
        if job.verdict:
            yield dataclasses.replace(
                _parameter(WANTED, "BOOLEAN", job.verdict.gate), output=WANTED
            )

    def _assets(self, name: str, binding: FromAsset) -> Iterator[Link]:
        for key, step in sources(name, binding).items():
            yield Link(
                key=key,
                kind="artifact",
                type=artifact_type(self._made[step, binding.output]),
                producer=task_name(step),
                output=self._keys[step][binding.output],
            )

    def _context(self, key: str, parameter: ContextParameter) -> Link:
        if (task := value_task(parameter.key)) in self._promoted:
            return Link(
                key=key, kind="artifact", type="system.Artifact", producer=task, output=OUTPUT
            )
        return Link(
            key=key,
            kind="parameter",
            type=parameter_type(parameter),
            producer=None,
            output=key_name(parameter.key),
            optional=not parameter.required and not parameter.has_default,
        )


def sources(name: str, binding: FromAsset) -> Mapping[str, str]:
    """Give the inputs that a parameter needs, each with the step that makes the asset."""
    first = {key_name(name): binding.step}
    return first | {other_key(name): binding.otherwise} if binding.otherwise else first


def artifact_type(type_: TypeIR | None) -> str:
    """Choose the schema title for a value of that type; Kubeflow checks no more than these."""
    return f"system.{_TITLES.get(type_.name if type_ else '', 'Artifact')}"


def _parts(job: Job) -> Iterator[Link]:
    """Give what the parts of a map task hand to each other."""
    split = part_name(job.step.name, SPLIT)
    items = Link(key=ITEMS, kind="artifact", type="system.Artifact", producer=split, output=ITEMS)
    if job.role == "work":
        yield items
    if job.role == "collect":
        work = part_name(job.step.name, WORK)
        yield items
        yield _parameter(RANGES, "LIST", split)
        yield dataclasses.replace(items, key=RESULTS, producer=work, output=RESULTS, listed=True)


def _parameter(key: str, type_: str, producer: str) -> Link:
    return Link(key=key, kind="parameter", type=type_, producer=producer, output=key)
