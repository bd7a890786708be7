"""What all nodes have in common: copies, comparison, and what is worked out of them once."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.ir import (
    ContextParameter,
    Function,
    Output,
    PipelineIR,
    Source,
    StepNode,
    kept,
    same,
    to_json,
    unchecked,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from([0.0, -0.0, 1.0, "", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


def value(default: Any) -> ContextParameter:
    return ContextParameter(key="k", type="any", has_default=True, default=default)


def pipeline(*values: Any) -> PipelineIR:
    parameters = tuple(value(each) for each in values)
    return PipelineIR(name="p", source=Source(module="m"), parameters=parameters)


def node() -> StepNode:
    function = Function(entrypoint="m:f", digest="d")
    return StepNode(name="f", function=function, outputs=(Output(name="a"),))


@given(json_values, json_values)
def test_what_is_the_same_is_written_the_same(one: Any, other: Any) -> None:
    a, b = pipeline(one), pipeline(other)
    if same(a, b):
        assert to_json(a) == to_json(b)
    assert same(a, pipeline(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ([1], [True]),
        ([1], [1, 1]),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_values_are_told_apart_by_type_and_order(one: Any, other: Any) -> None:
    assert not same(value(one), value(other))
    assert not same(pipeline(one), pipeline(other))
    assert not same(pipeline(one), pipeline(one, one))


def test_nodes_of_other_kinds_are_not_the_same() -> None:
    assert not same(Output(name="a"), Function(entrypoint="a", digest="a"))


def test_a_copy_without_a_change_is_the_node_itself() -> None:
    step = node()
    assert step.model_copy() is step
    assert step.model_copy(update={"name": step.name, "outputs": (*step.outputs,)}) is step


@pytest.mark.parametrize(
    "update", [{"name": "g"}, {"outputs": ()}, {"outputs": (Output(name="a"),) * 2}]
)
def test_a_copy_with_a_change_leaves_the_node_alone(update: dict[str, Any]) -> None:
    step = node()
    changed = step.model_copy(update=update)
    assert step == node()
    assert changed == StepNode(**{**dict(step), **update})


def test_a_copy_sees_a_change_of_type_alone() -> None:
    assert value(1).model_copy(update={"default": True}).default is True


def test_what_pydantic_does_not_look_at_is_made_all_the_same() -> None:
    made = unchecked(Output)(name="a")
    assert made == Output(name="a")
    assert made.plain() == Output(name="a").plain()
    assert hash(made) == hash(Output(name="a"))
    assert made.model_copy(update={"name": "b"}) == Output(name="b")


class _Answer:
    pass


def test_an_answer_is_kept_as_long_as_the_ir_lives() -> None:
    asked: list[str] = []

    @kept
    def answer(ir: PipelineIR) -> _Answer:
        asked.append(ir.name)
        return _Answer()

    ir = pipeline(1)
    found = weakref.ref(answer(ir))
    assert answer(ir) is found()
    assert answer(pipeline(1)) is not found()
    assert asked == ["p", "p"]
    del ir
    gc.collect()
    assert found() is None
