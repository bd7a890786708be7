"""What a task is told: the runtime's description of the step, and what only Airflow's worker needs.

These keys are added where they say something: `keys` gives the XCom keys of outputs that need
another name, `optional` the parameters that do without a skipped asset, `fail_fast` stops the
task once another one has failed, `decides` makes it ask the conditions and push a verdict under
each key, `skips` tells a task that cannot ask for its trigger rule that what it reads may have been
skipped.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import JsonValue

from flowyml.ir import FromAsset, StepNode
from flowyml.runtime.describing import describe
from flowyml_airflow.code import Call, Item
from flowyml_airflow.decisions import Decision
from flowyml_airflow.names import xcom_key

_RENDERED = re.compile(r"\{[{%#]|[\r\n]")  # text that Airflow's Jinja would change


@dataclasses.dataclass(frozen=True)
class Known:
    """What tasks know of the context of a DAG.

    Attributes:
        types: by key, as `flowyml.runtime.describing.context_types` gives them.
        limits: by key, those that Airflow does not check.
    """

    types: Mapping[str, str]
    limits: Mapping[str, Mapping[str, JsonValue]]


def step_spec(step: StepNode, known: Known, *, retries: bool = False) -> dict[str, Any]:
    """Describe a step.

    Args:
        step: a node of a checked IR.
        known: what there is to know of the context.
        retries: whether the step is tried again where it runs, and not by Airflow.
    """
    told = describe(step, known.types, known.limits)
    spec = (told if retries else dataclasses.replace(told, retry=None)).to_dict()
    keys = {o.name: key for o in step.outputs if (key := xcom_key(o.name)) != o.name}
    return spec | _said(keys=keys, optional=_optional(step))


def decision_spec(decision: Decision, known: Known) -> dict[str, Any]:
    """Describe what asks the conditions of a step."""
    task = dataclasses.replace(
        describe(decision.step, known.types, known.limits),
        retry=None,
        outputs=(),
        map=None,
        timeout=None,
    )
    decides = {xcom_key(name): verdict for name, verdict in decision.obeyed.items()}
    return task.to_dict() | _said(optional=_optional(decision.step), decides=decides)


def inputs(step: StepNode, output: Callable[[str], str]) -> dict[str, Any]:
    """Give, for each parameter that reads an asset, the XCom of its reference.

    Of two producers one ran, and the other one's XCom is None.

    Args:
        step: a node of a checked IR.
        output: names what holds the XComs of a step's task.
    """
    read = {p.name: p.binding for p in step.reads if isinstance(p.binding, FromAsset)}
    return {name: _either(binding, output) for name, binding in read.items()}


def _either(binding: FromAsset, output: Callable[[str], str]) -> Item | list[Item]:
    key = xcom_key(binding.output)
    first = Item(output(binding.step), key)
    return [first, Item(output(binding.otherwise), key)] if binding.otherwise else first


def _optional(step: StepNode) -> list[str]:
    return [p.name for p in step.reads if isinstance(p.binding, FromAsset) and p.binding.optional]


def _said(**keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value}


def protected(spec: dict[str, Any]) -> Any:
    """Keep Airflow's templates away from text that they would change."""
    return Call("literal", (spec,)) if _is_rendered(spec) else spec


def _is_rendered(value: JsonValue) -> bool:
    """Tell whether Airflow would change some text in an argument; it leaves keys alone."""
    if isinstance(value, str):
        return _RENDERED.search(value) is not None
    if isinstance(value, dict):
        return any(map(_is_rendered, value.values()))
    return isinstance(value, list) and any(map(_is_rendered, value))
