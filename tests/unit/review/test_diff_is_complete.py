"""No field of the IR escapes the diff: each is changed on its own, and something is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from flowyml.ir import (
    FromContext,
    FromInput,
    MapSpec,
    Node,
    Output,
    PipelineIR,
    Resources,
    Schedule,
    digest,
)
from flowyml.review.diff import diff
from tests.unit.review.changed import ALPHA, CHECK, INT, IR, RATE, STEPS, TRAIN, function, of, step

PLACES = {"span", "source", "version", "schema_version"}
UNCHECKED = {"declared", "pipelines", "inputs", "given", "bases"}
"""What is gone from a checked IR."""
CONTEXT, INPUT = FromContext(key="a"), FromInput(key="a")
NEEDS = Resources(cpu=500)
CANDIDATES = (
    *("other", "results", "only", "string", True, False, 7, 7.5),
    *(("other",), (INT,), (), None, function("other"), INT, INPUT, MapSpec(concurrency=1), NEEDS),
    Schedule(every=60),
    {"airflow": {"owner": "me"}},
)


def read(binding: Any) -> PipelineIR:
    return step("check", parameters=(of(CHECK.parameters[0], binding=binding),))


NODES: dict[str, tuple[Node, Any]] = {
    "pipeline": (IR, lambda node: node),
    "context parameter": (ALPHA, lambda node: of(IR, parameters=(node, RATE))),
    "step": (TRAIN, lambda node: of(IR, steps=(*STEPS[:3], node))),
    "parameter": (CHECK.parameters[0], lambda node: step("check", parameters=(node,))),
    "asset": (CHECK.parameters[0].binding, read),
    "context": (CONTEXT, read),
    "run input": (INPUT, read),
    "output": (TRAIN.outputs[0], lambda node: step("train", outputs=(node,))),
    "type": (INT, lambda node: step("train", outputs=(Output(name="model", type=node),))),
    "function": (CHECK.function, lambda node: step("check", function=node)),
    "fallback": (TRAIN.fallback, lambda node: step("train", fallback=node)),
    "condition": (TRAIN.when[0], lambda node: step("train", when=(node,))),
    "predicate": (
        TRAIN.when[0].function,
        lambda node: step("train", when=(of(TRAIN.when[0], function=node),)),
    ),
    "retry": (TRAIN.retry, lambda node: step("train", retry=node)),
    "resources": (NEEDS, lambda node: step("train", resources=node)),
    "map": (STEPS[2].map, lambda node: step("clean", map=node)),
}


def changes() -> Iterator[Any]:
    for name, (node, put) in NODES.items():
        fields = [f for f in type(node).model_fields if f not in PLACES | UNCHECKED | {"kind"}]
        for field in fields:
            yield pytest.param(node, put, field, id=f"{name}-{field}")


@pytest.mark.parametrize(("node", "put", "field"), list(changes()))
def test_a_changed_field_is_told(node, put, field):
    changed = _changed(node, field)
    old, new = put(node), put(changed)
    assert digest(old) != digest(new) or field == "description"
    assert not diff(old, new).same
    assert not diff(new, old).same


def _changed(node: Node, field: str) -> Node:
    """Give a node of which one field has another value that it may have."""
    values = {name: getattr(node, name) for name in type(node).model_fields}
    for value in CANDIDATES:
        try:
            found = type(node)(**{**values, field: value})
        except ValidationError:
            continue
        if getattr(found, field) != values[field]:
            return found
    raise AssertionError(f"no other value for {field}")
