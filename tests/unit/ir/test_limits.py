"""Limits of values, as JSON Schema has them."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.ir.limits import broken, unfit


@pytest.mark.parametrize(
    ("value", "limits", "wanted"),
    [
        (0, {"minimum": 1}, "at least 1"),
        (0.0, {"exclusiveMinimum": 0}, "more than 0"),
        (2, {"maximum": 1.5}, "at most 1.5"),
        (1, {"exclusiveMaximum": 1}, "less than 1"),
        (7, {"multipleOf": 2}, "a multiple of 2"),
        (0.7, {"multipleOf": 0.5}, "a multiple of 0.5"),
        ("", {"minLength": 1}, "at least 1 characters long"),
        ("abc", {"maxLength": 2}, "at most 2 characters long"),
        ("b", {"pattern": "^a"}, "text that matches '^a'"),
        ([], {"minItems": 1}, "a list of at least 1"),
        ([1, 2], {"maxItems": 1}, "a list of at most 1"),
        ({}, {"minProperties": 1}, "a dict of at least 1"),
        ({"a": 1}, {"maxProperties": 0}, "a dict of at most 0"),
        ("c", {"enum": ["a", "b"]}, "one of 'a', 'b'"),
        (True, {"enum": [1]}, "one of 1"),
        (9, {"minimum": 10, "multipleOf": 2}, "at least 10 and a multiple of 2"),
    ],
)
def test_what_is_broken_is_said(value, limits, wanted):
    assert broken(value, limits) == wanted


def test_nothing_is_said_of_other_types_and_of_nothing():
    assert broken("text", {"minimum": 3, "minItems": 1}) == ""
    assert broken(None, {"minimum": 3, "enum": [1]}) == ""
    assert broken(True, {"minimum": 3}) == ""
    assert broken({"a": 1}, {"minLength": 3}) == ""
    assert broken(2.0, {"enum": [2]}) == ""


NUMBERS = st.integers(-20, 20) | st.sampled_from([-1.5, 0.0, 0.25, 2.0])
VALUES = NUMBERS | st.text("ab", max_size=4) | st.lists(st.integers(0, 3), max_size=3)
VALUES |= st.dictionaries(st.sampled_from("abc"), st.none())
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBERS),
        "multipleOf": st.sampled_from([1, 2, 3, 0.25]),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), st.integers(0, 3)),
        **dict.fromkeys(("minProperties", "maxProperties"), st.integers(0, 3)),
        "pattern": st.sampled_from(["a", "^b", "ab$"]),
        "enum": st.lists(st.integers(0, 3) | st.sampled_from(["a", "ab"]), min_size=1, max_size=4),
    },
)


@given(VALUES, SCHEMAS)
def test_it_says_what_json_schema_says(value, limits):
    assert unfit(limits, "any") == ""
    assert (broken(value, limits) == "") == jsonschema.Draft202012Validator(limits).is_valid(value)
