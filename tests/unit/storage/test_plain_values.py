"""What comes out equals what went in: values without arrays. `repr` is the oracle: it shows types,
order, NaN and the sign of zero."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.storage import equal, is_immutable, serializer_for

texts = st.text(st.characters(exclude_categories=["Cs"]))
any_texts = st.text(st.characters())
plain_atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
plain = st.recursive(
    plain_atoms,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
hashable = st.recursive(
    plain_atoms | st.floats() | any_texts | st.binary() | st.complex_numbers(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=2),
    max_leaves=4,
)
rich = st.recursive(
    hashable | st.sets(hashable, max_size=3) | st.dates() | st.decimals() | st.fractions(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner, max_size=3)
    ),
    max_leaves=10,
)


@given(plain)
def test_plain_values_are_json_and_come_back_as_they_were(through, value):
    assert serializer_for(value).name == "json"
    assert repr(through(value)) == repr(value)


@given(rich)
def test_any_value_comes_back_equal(through, value):
    assert equal(through(value), value)


@given(st.lists(plain_atoms | st.floats() | any_texts | st.binary(), max_size=5).map(tuple))
def test_tuples_come_back_as_they_were(through, value):
    assert repr(through(value)) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        [(1, 2)],
        {1: "a"},
        {"a": {2: 3}},
        b"bytes",
        {1, 2},
        math.nan,
        [math.inf],
        "half a pair \ud800",
        {"half a pair \udc00": 1},
        1 << 2001,
        -(1 << 20_000),
        1j,
        type("Text", (str,), {})("x"),
        [True, type("Number", (int,), {})(3)],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_would_change_is_pickled(value):
    assert serializer_for(value).name == "pickle"


@pytest.mark.parametrize("value", [1 << 1999, [-(1 << 1999)]], ids=["int", "list"])
def test_long_integers_are_json(through, value):
    assert serializer_for(value).name == "json"
    assert through(value) == value


def test_integers_beyond_the_digit_limit_come_back(through):
    assert through([1 << 20_000]) == [1 << 20_000]


def test_the_order_of_keys_is_kept(through):
    assert list(through({"b": 1, "a": 2, "c": 3})) == ["b", "a", "c"]


def test_one_object_in_two_places_stays_one(through):
    part = [1]
    first, second = through([part, part])
    first.append(2)
    assert second == [1, 2]


def test_a_value_that_contains_itself_comes_back(through):
    value: list[object] = [1]
    value.append(value)
    loaded = through(value)
    assert loaded[0] == 1
    assert loaded[1] is loaded


def test_deep_nesting_comes_back(through):
    value: list[object] = []
    for _ in range(300):
        value = [value]
    assert repr(through(value)) == repr(value)


@given(rich)
def test_equal_content_digests_mean_equal_values(value):
    serializer = serializer_for(value)
    digest = serializer.content_digest(value)
    assert digest == serializer.content_digest(value)
    assert digest != serializer_for([value]).content_digest([value])


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "a", b"a", (), (1, ("a", (None,)))])
def test_atoms_and_tuples_of_them_are_immutable(value):
    assert is_immutable(value)


@pytest.mark.parametrize(
    "value", [[], {}, (1, [2]), frozenset(), bytearray(), type("Text", (str,), {})("x")], ids=repr
)
def test_other_values_are_not_immutable(value):
    assert not is_immutable(value)
