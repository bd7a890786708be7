"""Rule 2.5 of docs/semantics.md: one type per context key."""

from __future__ import annotations

from typing import Literal, Optional

import pytest

from flowyml import CompileError, Pipeline, context, step


def parameters(*steps, **values):
    ir = Pipeline.from_steps(*steps, name="p", context=context(**values)).build()
    return {p.key: p for p in ir.parameters}


def codes(*steps, **values):
    with pytest.raises(CompileError) as error:
        parameters(*steps, **values)
    return [d.code for d in error.value.diagnostics]


def reads(annotation, default=...):
    """A step with one parameter `x` of that annotation and default."""

    def with_default(x=default):
        return x

    def without(x):
        return x

    function = without if default is ... else with_default
    if annotation is not None:
        function.__annotations__["x"] = annotation
    return step(function)


@pytest.mark.parametrize(
    ("annotation", "value", "type_", "default"),
    [
        (int, 1, "integer", 1),
        (float, 1, "number", 1.0),
        (float, 0.5, "number", 0.5),
        (str, "a", "string", "a"),
        (bool, True, "boolean", True),
        (list[int], [1], "array", [1]),
        (dict[str, int], {"a": 1}, "object", {"a": 1}),
        (int | float, 1, "number", 1.0),
        (Literal["a", "b"], "a", "string", "a"),
        (None, 2**70, "integer", 2**70),
        (None, None, "any", None),
        (None, "text", "string", "text"),
    ],
)
def test_the_type_is_the_annotations_else_the_values(annotation, value, type_, default):
    found = parameters(reads(annotation), x=value)["x"]
    assert (found.type, found.default, type(found.default)) == (type_, default, type(default))
    assert found.nullable is False


def test_optional_takes_none_too():
    found = parameters(reads(Optional[int]), x=None)["x"]  # noqa: UP045 - both spellings
    assert (found.type, found.nullable, found.default) == ("integer", True, None)
    assert parameters(reads(int | None), x=None)["x"] == found


def test_int_widens_to_float_over_steps():
    def other(x: float):
        return x

    assert parameters(reads(int), step(other), x=3)["x"].type == "number"


def test_steps_that_disagree_are_an_error():
    def other(x: str):
        return x

    assert codes(reads(int), step(other), x=3) == ["FML203"]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (int, 0.5),
        (int, True),
        (int, "1"),
        (float, "1"),
        (str, 1),
        (bool, 1),
        (list, {}),
        (int, None),
    ],
)
def test_a_value_of_another_type_is_an_error(annotation, value):
    assert codes(reads(annotation), x=value) == ["FML204"]


@pytest.mark.parametrize(
    "value", [(1, 2), {1}, object(), float("nan"), float("inf"), {1: 2}, [b""], {"a": [(1,)]}]
)
def test_a_value_that_is_not_json_is_an_error(value):
    assert codes(reads(None), x=value) == ["FML205"]


def test_a_default_that_all_readers_share_is_the_parameters():
    def other(x=0.1):
        return x

    found = parameters(reads(float, 0.1), step(other))["x"]
    assert (found.has_default, found.default, found.required) == (True, 0.1, False)


def test_defaults_that_differ_stay_with_their_functions():
    def other(x=0.2):
        return x

    found = parameters(reads(float, 0.1), step(other))["x"]
    assert (found.has_default, found.required, found.type) == (False, False, "number")


def test_a_default_that_is_not_json_stays_with_its_function():
    found = parameters(reads(None, (1, 2)))["x"]
    assert (found.has_default, found.required, found.type) == (False, False, "any")


def test_a_context_value_that_no_step_reads_is_still_a_parameter():
    assert parameters(reads(int), x=1, unread="u")["unread"].type == "string"


def test_none_as_a_default_makes_the_key_nullable():
    found = parameters(reads(int, None))["x"]
    assert (found.type, found.nullable, found.has_default) == ("integer", True, True)
