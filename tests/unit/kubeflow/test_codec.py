from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowyml.ir import ContextParameter
from flowyml.runtime.casting import cast
from flowyml_kubeflow.codec import (
    InexactError,
    check_exact,
    decode,
    encode,
    is_encoded,
    parameter_type,
)
from flowyml_kubeflow.simulate.values import stored
from tests.unit.kubeflow import irs

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["{{x}}", "{{{", "null", '"quoted"', "1", "true", "{{$}}"]
)
NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)
BY_TYPE = {
    "integer": st.integers(),
    "number": FLOATS,
    "string": TEXT,
    "boolean": st.booleans(),
    "array": st.lists(NESTED),
    "object": st.dictionaries(TEXT, NESTED),
    "any": NESTED,
    "null": st.none(),
}


@st.composite
def parameters(draw):
    type_ = draw(st.sampled_from(sorted(BY_TYPE)))
    nullable = draw(st.booleans())
    value = draw(BY_TYPE[type_] | st.none() if nullable else BY_TYPE[type_])
    return irs.given("x", type_, value, nullable=nullable)


def travel(parameter: ContextParameter, value):
    """Send a value the way that it goes: root parameter, Kubeflow's doubles, worker, runtime."""
    sent = stored(encode(value) if is_encoded(parameter) else value)
    arrived = json.loads(json.dumps(sent))
    read = decode(arrived, parameter.type) if is_encoded(parameter) else arrived
    return cast(read, parameter.type, nullable=parameter.nullable)


@settings(max_examples=200)
@given(parameters())
def test_every_default_arrives_as_it_left(parameter):
    arrived = travel(parameter, parameter.default)

    assert json.dumps(arrived, sort_keys=True) == json.dumps(parameter.default, sort_keys=True)


@given(NESTED)
def test_argo_finds_nothing_to_replace(value):
    assert "{{" not in encode(value)
    assert json.loads(encode(value)) == value


@pytest.mark.parametrize(
    ("type_", "default", "expected"),
    [
        ("integer", 3, "NUMBER_INTEGER"),
        ("integer", 2**53, "STRING"),
        ("number", 1.0, "NUMBER_DOUBLE"),
        ("string", "x", "STRING"),
        ("boolean", True, "BOOLEAN"),
        ("array", [1, "a"], "LIST"),
        ("array", [1.0], "STRING"),
        ("object", {"a": {"b": 0.5}}, "STRUCT"),
        ("object", {"a": [2**60]}, "STRING"),
        ("any", 1, "STRING"),
    ],
)
def test_the_type_that_a_default_asks_for(type_, default, expected):
    assert parameter_type(irs.given("x", type_, default)) == expected


def test_what_a_person_types_for_text_that_travels_as_json():
    assert decode("plain words", "string") == "plain words"
    assert decode("1", "string") == "1"
    assert decode('"quoted"', "string") == "quoted"
    assert decode('"unfinished', "string") == '"unfinished'
    assert decode("null", "string") is None
    assert decode("[1]", "any") == [1]
    assert decode("words", "any") == "words"


@pytest.mark.parametrize("value", [2**53, -(2**53), [1, 2**60], {"a": {"b": 10**20}}])
def test_a_number_that_may_be_rounded_is_refused(value):
    with pytest.raises(InexactError, match="which Kubeflow may round"):
        check_exact("count", value)


@pytest.mark.parametrize("value", [2**53 - 1, True, "9007199254740993", [0.5, None]])
def test_other_values_are_exact(value):
    assert check_exact("count", value) is None
