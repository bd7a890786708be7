"""Limits and descriptions of context values, stated where a step reads them."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from annotated_types import Gt, MaxLen, MinLen, MultipleOf
from pydantic import AfterValidator, Field, StringConstraints

from flowyml import CompileError, Pipeline, context, step

Rate = Annotated[float, Field(gt=0, le=1, description="How far a step goes.")]


@step(outputs=["model"])
def train(rate: Rate, mode: Literal["fast", "exact"] = "fast", count: Annotated[int, Gt(0)] = 1):
    return [rate, mode, count]


@step
def check(rate: float, name: Annotated[str | None, Field(min_length=2)] = None):
    return rate, name


def pipeline(**values):
    return Pipeline("p", context=context(**{"rate": 0.5, **values})).add_steps([train, check])


def test_they_are_the_context_parameters():
    ir = pipeline().build()
    found = {p.key: (p.type, p.limits, p.description) for p in ir.parameters}
    assert found == {
        "rate": ("number", {"exclusiveMinimum": 0, "maximum": 1}, "How far a step goes."),
        "mode": ("string", {"enum": ["fast", "exact"]}, None),
        "count": ("integer", {"exclusiveMinimum": 0}, None),
        "name": ("string", {"minLength": 2}, None),
    }
    assert {p.limits for step in ir.steps for p in step.parameters} == {None}


@pytest.mark.parametrize(
    ("override", "wanted"),
    [
        ({"rate": 0}, "'rate' is 0.0, and has to be more than 0"),
        ({"rate": "1.5"}, "'rate' is 1.5, and has to be at most 1"),
        ({"mode": "slow"}, "'mode' is 'slow', and has to be one of 'fast', 'exact'"),
        ({"count": -1}, "'count' is -1, and has to be more than 0"),
        ({"name": "x"}, "'name' is 'x', and has to be at least 2 characters long"),
    ],
)
def test_a_value_beyond_them_is_refused_before_anything_runs(override, wanted):
    with pytest.raises(CompileError, match=wanted) as raised:
        pipeline().run(context=override)
    assert [each.code for each in raised.value.diagnostics] == ["FML204"]
    with pytest.raises(CompileError, match=wanted):
        pipeline(**{key: float(v) if key == "rate" else v for key, v in override.items()}).build()


def test_within_them_it_runs():
    result = pipeline().run(context={"rate": 1, "mode": "exact", "name": None})
    assert result.outputs["model"] == [1.0, "exact", 1]


def test_steps_cannot_contradict_each_other():
    @step
    def other(rate: Annotated[float, Field(le=2)]):
        return rate

    with pytest.raises(CompileError, match=r"'train' .*: maximum is 1, and 2 for 'other'"):
        Pipeline("p", context=context(rate=0.5)).add_steps([train, other]).build()


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (Annotated[int, MinLen(1)], "minLength means nothing to a value of type integer"),
        (Annotated[bool, Gt(0)], "exclusiveMinimum means nothing to a value of type boolean"),
        (Annotated[str, Field(pattern="(")], r"the pattern '\(' does not compile"),
        (Annotated[float, Gt(float("inf"))], "exclusiveMinimum cannot be 'inf'"),
        (Annotated[int, MultipleOf(0)], "multipleOf cannot be 0"),
        (Annotated[list, MaxLen(-1)], "maxItems cannot be -1"),
    ],
)
def test_limits_that_no_value_can_keep(annotation, problem):
    @step
    def read(value):
        return value

    read.function.__annotations__["value"] = annotation
    with pytest.raises(CompileError, match=problem) as raised:
        Pipeline("p").add_step(read).build()
    assert "FML207" in {each.code for each in raised.value.diagnostics}


def test_what_is_said_of_the_items_of_a_map_and_of_other_classes_is_left_alone():
    @step(outputs=["rows"])
    def load():
        return [1, 2]

    @step
    def read(rows: Annotated[list, Field(max_length=1)], other: Annotated[object, "note"] = None):
        return len(rows)

    assert Pipeline("p").add_steps([load, read]).run().outputs["read"] == 2


@step
def tidy(name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]):
    return name


@step
def weigh(name: Annotated[list, AfterValidator(sorted)]):
    return name


@step(outputs=["name"])
def produce():
    return ["b", "a"]


@pytest.mark.parametrize("name", [" ab ", "ab"])
def test_what_flowyml_does_not_do_with_a_value_is_refused(name):
    with pytest.raises(CompileError) as raised:
        Pipeline("p", context=context(name=name)).add_step(tidy).run()
    (told,) = raised.value.diagnostics
    assert told.code == "FML207"
    assert "StringConstraints(strip_whitespace=…) would have no effect" in told.message
    assert told.help == "take it out, and check or change the value within the step"


def test_of_data_it_says_nothing():
    assert Pipeline("p").add_steps([produce, weigh]).run().success
