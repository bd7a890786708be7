from __future__ import annotations

import dataclasses
import enum
import threading
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from flowyml.storage import equal

NAN = float("nan")
OTHER_NAN = float("nan")


@dataclasses.dataclass
class Point:
    x: object
    seen: int = dataclasses.field(default=0, compare=False)


class Plain:
    def __init__(self, value):
        self.value = value


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


Pair = namedtuple("Pair", "a b")


def fitted(slope):
    return LinearRegression().fit(np.array([[0.0], [1.0]]), np.array([0.0, slope]))


def frame(**changes):
    return pd.DataFrame({"a": [1.0, NAN], "b": ["x", None]}).assign(**changes)


def adder(n):
    return lambda value: value + n


SAME = [
    (NAN, OTHER_NAN),
    (complex(1, NAN), complex(1, OTHER_NAN)),
    (0.0, -0.0),
    ([1, (NAN, {"a": {NAN}})], [1, (OTHER_NAN, {"a": {OTHER_NAN}})]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({NAN: 1}, {OTHER_NAN: 1}),
    ({(1, NAN): 1}, {(1, OTHER_NAN): 1}),
    (Point(NAN, seen=1), Point(OTHER_NAN, seen=2)),
    (Plain([NAN]), Plain([OTHER_NAN])),
    (Pair(1, NAN), Pair(1, OTHER_NAN)),
    (deque([NAN]), deque([OTHER_NAN])),
    (defaultdict(list, a=[NAN]), defaultdict(list, a=[OTHER_NAN])),
    (Counter("ab"), Counter("ba")),
    (OrderedDict(a=NAN), OrderedDict(a=OTHER_NAN)),
    (ValueError("x", NAN), ValueError("x", OTHER_NAN)),
    (adder(1), adder(1)),
    (Colour.RED, Colour.RED),
    (range(3), range(0, 3, 1)),
    (np.float64(NAN), np.float64(OTHER_NAN)),
    (np.array([1, NAN]), np.array([1, OTHER_NAN])),
    (np.array([NAN, "a", None], object), np.array([OTHER_NAN, "a", None], object)),
    (np.zeros((2, 3)), np.asfortranarray(np.zeros((2, 3)))),
    (np.array([(1, NAN)], "i4,f8"), np.array([(1, OTHER_NAN)], "i4,f8")),
    (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[0, 1])),
    (frame(), frame()),
    (pd.Series([1, None], name="s"), pd.Series([1, None], name="s")),
    (pd.Categorical(["a"], ["a", "b"]), pd.Categorical(["a"], ["a", "b"])),
    (pd.MultiIndex.from_tuples([("a", 1)]), pd.MultiIndex.from_tuples([("a", 1)])),
    (pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2020-01-01", tz="UTC")),
    ({"model": fitted(2.0)}, {"model": fitted(2.0)}),
]

DIFFERENT = [
    (1, 1.0),
    (1, True),
    ([1], (1,)),
    ([1], [1, 2]),
    ({"a": 1}, {"a": True}),
    ({"a": 1}, {"b": 1}),
    ({1: "x"}, {True: "x"}),
    ({1}, {1.0}),
    ({(1,)}, {(True,)}),
    (frozenset({1}), {1}),
    (Point(1), Point(1.0)),
    (Plain(1), Plain(2)),
    (Pair(1, 2), Pair(1, 2.0)),
    (Pair(1, 2), (1, 2)),
    (deque([1]), deque([True])),
    (deque([1], maxlen=2), deque([1])),
    (defaultdict(list, a=1), defaultdict(set, a=1)),
    (adder(1), adder(2)),
    (Colour.RED, Colour.BLUE),
    (int, bool),
    (None, NAN),
    (b"a", bytearray(b"a")),
    (np.int64(1), np.int32(1)),
    (np.int64(1), 1),
    (np.array([1]), np.array([1.0])),
    (np.array([1]), np.array([[1]])),
    (np.array([1, None], object), np.array([True, None], object)),
    (np.array([(1, 2.0)], "i4,f8"), np.array([(1, 3.0)], "i4,f8")),
    (np.datetime64("2020-01-01", "D"), np.datetime64("2020-01-01", "s")),
    (frame(), frame(a=[1.0, 2.0])),
    (frame(), frame(c=[1, 2])),
    (frame(), frame().astype({"a": "float32"})),
    (frame(), frame().set_index(pd.Index([0, 1], name="n"))),
    (frame(), frame().set_axis(pd.Index([0, 1]))),
    (frame(b=[1, True]), frame(b=[1, 1]).astype({"b": object})),
    (frame(), frame()[["b", "a"]]),
    (pd.Series([1], name="s"), pd.Series([1], name="t")),
    (pd.date_range("2020", periods=3), pd.DatetimeIndex([*pd.date_range("2020", periods=3)])),
    (fitted(2.0), fitted(3.0)),
    (threading.Lock(), threading.Lock()),
]


def names(pairs):
    return [f"{n}-{type(a).__name__}" for n, (a, _) in enumerate(pairs)]


@pytest.mark.parametrize(("a", "b"), SAME, ids=names(SAME))
def test_the_same_value(a, b):
    assert equal(a, b)
    assert equal(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=names(DIFFERENT))
def test_another_value_or_type(a, b):
    assert not equal(a, b)
    assert not equal(b, a)


def test_values_that_contain_themselves_are_compared():
    a: list[object] = [1]
    a.append(a)
    b: list[object] = [1]
    b.append(b)
    c: list[object] = [2]
    c.append(c)
    assert equal(a, b)
    assert not equal(a, c)


def test_a_frame_with_attributes_differs_from_one_without():
    a, b = frame(), frame()
    a.attrs["unit"] = "m"
    assert not equal(a, b)


def test_an_object_whose_comparison_fails_is_compared_by_its_parts():
    class Odd:
        def __init__(self, value):
            self.value = value

        def __eq__(self, other):
            raise RuntimeError("cannot compare")

        __hash__ = None

    assert equal(Odd(1), Odd(1))
    assert not equal(Odd(1), Odd(2))
