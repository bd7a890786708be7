"""Expressions as data: what is written reads back."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml_airflow.code import Call, Item, Name, names, read, write

KEYS = st.text(max_size=5)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
ITEMS = st.builds(Item, st.sampled_from(["load", "train"]), KEYS)
CODE = st.recursive(
    PLAIN | ITEMS | st.dictionaries(KEYS, ITEMS, min_size=1, max_size=3),
    lambda inner: st.builds(
        Call,
        st.sampled_from(["Param", "step.override"]),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from(["type", "retries"]), inner, max_size=2),
    ),
    max_leaves=5,
)


def parsed(text):
    return ast.parse(text, mode="eval").body


@given(CODE)
def test_what_is_written_reads_back(value):
    assert read(parsed(write(value))) == value


def test_a_call_of_a_call():
    call = Call(Call("step.override", (), {"retries": 0}), ({"a": Item("b", "c")}, Name("d")))
    assert write(call) == 'step.override(retries=0)({"a": b["c"]}, d)'
    assert list(names(call)) == ["step"]


def test_a_dotted_name_of_ours():
    call = Call("datetime", (2025,), {"tzinfo": Name("timezone.utc")})
    assert write(call) == "datetime(2025, tzinfo=timezone.utc)"
    assert read(parsed(write(call))) == call
    assert list(names(call)) == ["datetime", "timezone"]


@pytest.mark.parametrize("text", ["a.b", "1 + x", "{**a}", "a[0]", "f'{a}'", "lambda: 1"])
def test_what_is_never_written_is_not_read(text):
    with pytest.raises(ValueError):
        read(parsed(text))
