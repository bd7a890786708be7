"""The door through which values become Python text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.rendering import LiteralError, comment, docstring, format_python, identical, py, tidy

TEXT = st.text(st.characters(codec=None))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_a_literal_reads_back_as_the_same_value_of_the_same_types(value):
    assert identical(ast.literal_eval(py(value)), value)


@given(PLAIN)
def test_a_formatter_leaves_the_value_of_a_literal_alone(value):
    formatted = format_python(f"x = {py(value)}\n")
    assert identical(ast.literal_eval(ast.parse(formatted).body[0].value), value)


@given(TEXT)
def test_a_literal_is_one_line_of_text_that_a_file_can_hold(text):
    assert py(text).encode("utf-8").decode("utf-8").splitlines() == [py(text)]


@given(TEXT | st.text('"\\\\\n a', max_size=8))
def test_a_docstring_reads_back_as_the_tidied_text(text):
    module = ast.parse(format_python(docstring(text) + "\n"))
    assert ast.get_docstring(module, clean=False).strip() == tidy(text)


@given(TEXT)
def test_a_comment_is_one_line(text):
    assert ast.parse(f"# {comment(text)}\nx = 1").body[0].lineno == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "it"', "'say \"it\"'"),
        ('it\'s "it"', '"it\'s \\"it\\""'),
        ("a\nb\tc\\", '"a\\nb\\tc\\\\"'),
        ("žluť 🐎", '"žluť 🐎"'),
        ("a\u202eb\u2028", '"a\\u202eb\\u2028"'),
        ({"a": [1, 1.0, True, None]}, '{"a": [1, 1.0, True, None]}'),
    ],
)
def test_literals_look_as_one_would_write_them(value, text):
    assert py(value) == text


def nested(depth):
    return [nested(depth - 1)] if depth else []


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("-inf"),
        (1, 2),
        {1: "one"},
        {"a": {1, 2}},
        b"bytes",
        object(),
        10**5000,
        nested(500),
    ],
    ids=["nan", "inf", "tuple", "int-key", "set", "bytes", "object", "long", "deep"],
)
def test_anything_else_is_refused(value):
    with pytest.raises(LiteralError, match="literal"):
        py(value)


def test_a_subclass_of_a_plain_type_is_refused():
    class Text(str):
        pass

    with pytest.raises(LiteralError, match="not plain JSON data"):
        py(Text("a"))


@pytest.mark.parametrize(("left", "right"), [(1, 1.0), (1, True), (0.0, -0.0), ([1], [True])])
def test_equal_values_of_different_types_are_not_identical(left, right):
    assert not identical(left, right)
