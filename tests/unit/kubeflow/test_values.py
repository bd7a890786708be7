"""The rules of the backend's Go code, as its own tests and documentation state them."""

from __future__ import annotations

import pytest

from flowyml_kubeflow.simulate.values import from_text, has_type, stored, to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (11.0, "11"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.5, "-0.5"),
        (100, "100"),
        (True, "true"),
        (False, "false"),
        ("as it is", "as it is"),
        (None, ""),
        ([1.0, {"b": True, "a": None}], '[1,{"a":null,"b":true}]'),
        ({"k": "<&>é"}, '{"k":"\\u003c\\u0026\\u003eé"}'),
    ],
)
def test_values_as_text(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        (" 7\n", "NUMBER_INTEGER", 7),
        ("+7", "NUMBER_INTEGER", 7),
        ("1e2", "NUMBER_DOUBLE", 100),
        (" raw text\n", "STRING", " raw text\n"),
        ("T", "BOOLEAN", True),
        ("0", "BOOLEAN", False),
        ('[1, "a"]', "LIST", [1, "a"]),
        ('{"a": 1.0}', "STRUCT", {"a": 1}),
        ("9007199254740993", "NUMBER_INTEGER", 9007199254740992),
    ],
)
def test_output_files_as_values(text, type_, value):
    found = from_text(text, type_)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("3.0", "NUMBER_INTEGER"),
        ("", "NUMBER_INTEGER"),
        ("1_0", "NUMBER_INTEGER"),
        ("9223372036854775808", "NUMBER_INTEGER"),
        ("1_0", "NUMBER_DOUBLE"),
        ("yes", "BOOLEAN"),
        ("{}", "LIST"),
        ("[]", "STRUCT"),
        ("not json", "LIST"),
    ],
)
def test_output_files_that_go_would_not_read(text, type_):
    with pytest.raises(ValueError):
        from_text(text, type_)


def test_numbers_are_doubles_once_stored():
    assert stored(2**53 + 1) == 2**53
    assert stored({"a": [1.0, 2]}) == {"a": [1, 2]}
    assert type(stored(1.0)) is int
    assert stored(True) is True


def test_types():
    assert has_type(1, "NUMBER_DOUBLE")
    assert has_type(1.5, "NUMBER_INTEGER")  # the API server asks for a number, no more
    assert not has_type(True, "NUMBER_INTEGER")
    assert not has_type(1, "BOOLEAN")
    assert not has_type(None, "STRING")
