"""What a task is told: the runtime's description of the step, and what Kubeflow changed on the way.

Two keys are added where they say something: `names` gives the original of each name that
Kubeflow's interface could not hold, and `encoded` lists text parameters that travel as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flowyml.ir import FromContext, FromRunDate, PipelineIR, StepNode
from flowyml.runtime.describing import context_types, describe
from flowyml_kubeflow.codec import is_encoded, without_braces
from flowyml_kubeflow.names import key_name


def descriptions(ir: PipelineIR) -> Mapping[str, str]:
    """Give, for each step of a checked IR, the text that its task gets."""
    types = context_types(ir)
    encoded = {p.key for p in ir.parameters if p.type == "string" and is_encoded(p)}
    return {step.name: _text(_describe(step, types, encoded)) for step in ir.steps}


def _describe(step: StepNode, types: Mapping[str, str], encoded: set[str]) -> dict[str, Any]:
    read = [p for p in step.parameters if not isinstance(p.binding, FromRunDate)]
    names = {key_name(p.name): p.name for p in read if key_name(p.name) != p.name}
    text = [p.name for p in read if isinstance(p.binding, FromContext) and p.key in encoded]
    extra = {"names": names, "encoded": text}
    return describe(step, types).to_dict() | {key: value for key, value in extra.items() if value}


def _text(data: dict[str, Any]) -> str:
    return without_braces(json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False))
