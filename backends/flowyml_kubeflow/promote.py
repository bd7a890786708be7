"""Defaults that are too large for a parameter travel as artifacts, each made by a task of its own.

What a task is given is one argument of its process, and Linux takes 128 KiB in one. So a parameter
holds little, and a large default stands alone: in the command of a task that writes it out, unless
the run gives another value. As base64, since text would be quoted anew wherever it passes: by the
compiler, the driver and Argo, which keeps a pod's template in one variable of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from flowyml.ir import ContextParameter, PipelineIR
from flowyml_kubeflow.codec import encode, is_encoded
from flowyml_kubeflow.names import VALUE, part_name

LARGEST_PARAMETER = 8_000
"""Bytes of a default, as JSON, up to which it is the default of a parameter."""
LARGEST = 64_000
"""Bytes of a default up to which it travels at all; a third more as base64."""


def size(parameter: ContextParameter) -> int:
    """Count the bytes of a default as JSON; 0 without one."""
    return len(encode(parameter.default).encode()) if parameter.has_default else 0


def promoted(ir: PipelineIR) -> Mapping[str, ContextParameter]:
    """Give the context parameters whose defaults travel as artifacts, by the tasks that do that."""
    large = [each for each in ir.parameters if size(each) > LARGEST_PARAMETER]
    return {value_task(each.key): each for each in large}


def value_task(key: str) -> str:
    """Name the task that writes a large default.

    Example:
        >>> value_task("stop_words")
        'stop-words--value'
    """
    return part_name(key, VALUE)


def carried(parameter: ContextParameter) -> Any:
    """Give a default as a parameter, or an artifact, holds it."""
    return encode(parameter.default) if is_encoded(parameter) else parameter.default


def written(parameter: ContextParameter) -> str:
    """Write a default as a word of a command."""
    text = json.dumps(carried(parameter), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(text.encode()).decode()
