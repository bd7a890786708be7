from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.runtime.casting import cast, parse_moment, parse_text


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("0.05", "number", 0.05),
        ("1", "number", 1.0),
        ("7", "integer", 7),
        (" 7", "integer", 7),
        (str(2**70), "integer", 2**70),
        ("true", "boolean", True),
        ("No", "boolean", False),
        ("null", "string", "null"),
        ("", "string", ""),
        ("[1, 2]", "array", [1, 2]),
        ('{"a": null}', "object", {"a": None}),
        ("1.5", "any", 1.5),
        ("plain", "any", "plain"),
        ("NaN", "any", "NaN"),
    ],
)
def test_text_becomes_the_stated_type(text, type_, value):
    found = parse_text(text, type_)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("abc", "number"),
        ("nan", "number"),
        ("inf", "number"),
        ("1.5", "integer"),
        ("2", "boolean"),
        ("{}", "array"),
        ("[", "array"),
        ("[NaN]", "array"),
        ("[]", "object"),
        ("null", "integer"),
        ("x", "null"),
    ],
)
def test_other_text_is_refused_with_what_is_asked_for(text, type_):
    with pytest.raises(ValueError, match="is not"):
        parse_text(text, type_)


@pytest.mark.parametrize("text", ["null", "None", ""])
def test_a_nullable_value_can_be_nothing(text):
    assert parse_text(text, "integer", nullable=True) is None


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, "integer"),
        (1, "boolean"),
        (1.5, "integer"),
        (1, "string"),
        ((1,), "array"),
        (None, "integer"),
        (float("nan"), "number"),
    ],
)
def test_a_value_of_another_type_is_refused(value, type_):
    with pytest.raises(ValueError, match="is not"):
        cast(value, type_)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_numbers_survive_a_trip_through_text(value):
    type_ = {int: "integer", float: "number", bool: "boolean"}[type(value)]
    text = json.dumps(value)
    assert parse_text(text, type_) == value
    assert cast(text, type_) == cast(value, type_) == value


@pytest.mark.parametrize("type_", ["object", "any"])
def test_the_order_of_keys_does_not_show(type_):
    """Two contexts that differ in nothing else are one to the IR's digest, so they are one here."""
    written = {"b": [{"d": 1, "c": 2}], "a": 0}
    for given_value in (written, json.dumps(written)) if type_ == "object" else (written,):
        found = cast(given_value, type_)
        assert found == written
        assert list(found) == ["a", "b"]
        assert list(found["b"][0]) == ["c", "d"]


@pytest.mark.parametrize("value", [10**400, "1e999", str(10**400)])
def test_a_number_beyond_the_largest_float_is_refused(value):
    with pytest.raises(ValueError, match="is not a number"):
        cast(value, "number")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-31", datetime(2025, 1, 31, tzinfo=timezone.utc)),
        (" 2025-01-31T06:00:00Z\n", datetime(2025, 1, 31, 6, tzinfo=timezone.utc)),
        ("2025-01-31T06:00+02:00", datetime(2025, 1, 31, 4, tzinfo=timezone.utc)),
    ],
)
def test_a_moment_is_read_in_utc(text, moment):
    found = parse_moment(text)
    assert (found, found.utcoffset()) == (moment, timedelta(0))


@pytest.mark.parametrize("text", ["", "tomorrow", "0001-01-01T00:00+02:00", "2025-01-31TZ"])
def test_what_is_no_moment(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(text)
