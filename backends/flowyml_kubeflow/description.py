"""What a task is told: the runtime's description of the step, and what Kubeflow adds to it.

These keys are added where they say something: `names` gives, for each name of Kubeflow's interface
that is not the parameter's own, the parameter; `encoded` lists text parameters that travel as JSON;
`optional` those that do without a skipped asset; `wanted` is the gate's verdict with which the step
runs; `large` lists the inputs that hold context values in artifacts;
`part` says what a task does that is not the whole step, and `most` into how many ranges the
items of a map are split.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flowyml.ir import FromAsset, FromContext, FromRunDate, Parameter, PipelineIR
from flowyml.runtime.describing import context_limits, context_types, describe
from flowyml_kubeflow.codec import is_encoded, without_braces
from flowyml_kubeflow.names import key_name, other_key
from flowyml_kubeflow.plan import Job, most_ranges
from flowyml_kubeflow.promote import promoted


def descriptions(ir: PipelineIR, jobs: Sequence[Job]) -> Mapping[str, str]:
    """Give, for each task of a checked IR, the text that it gets."""
    types, limits = context_types(ir), context_limits(ir)
    encoded = {p.key for p in ir.parameters if p.type == "string" and is_encoded(p)}
    large = {each.key for each in promoted(ir).values()}
    return {job.name: _text(_describe(job, types, limits, encoded, large)) for job in jobs}


def _describe(
    job: Job,
    types: Mapping[str, str],
    limits: Mapping[str, Any],
    encoded: set[str],
    large: set[str],
) -> dict[str, Any]:
    read = [p for p in job.reads if not isinstance(p.binding, FromRunDate)]
    assets = {p.name: p.binding for p in read if isinstance(p.binding, FromAsset)}
    context = [p for p in read if isinstance(p.binding, FromContext)]
    extra = {
        "names": _names(read),
        "encoded": [p.name for p in context if p.key in encoded],
        "large": [key_name(p.name) for p in context if p.key in large],
        "optional": [name for name, binding in assets.items() if binding.optional],
        "part": "" if job.role == "step" else job.role,
        "most": most_ranges(job.step) if job.role == "split" else 0,
    }
    said = {"wanted": job.verdict.wanted} if job.verdict else {}
    known = {key: value for key, value in extra.items() if value}
    return describe(job.step, types, limits).to_dict() | known | said


def _names(read: Sequence[Parameter]) -> dict[str, str]:
    names = {key_name(p.name): p.name for p in read if key_name(p.name) != p.name}
    either = [p for p in read if isinstance(p.binding, FromAsset) and p.binding.otherwise]
    return names | {other_key(p.name): p.name for p in either}


def _text(data: dict[str, Any]) -> str:
    return without_braces(json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False))
