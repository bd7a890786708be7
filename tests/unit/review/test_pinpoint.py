"""Two values that differ are shown at the place where they do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from flowyml.review.pinpoint import pinpoint, short


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        (1, 2, ("1", "2")),
        (1, 1.0, ("1", "1.0")),
        ([1, 2], [1, 3], ("2 at [1]", "3")),
        ([1], [1, 2], ("[1]", "[1, 2]")),
        ({"a": {"b": (1, 2)}}, {"a": {"b": (1, 0)}}, ("2 at ['a']['b'][1]", "0")),
        ({"a": 1}, {"b": 1}, ("{'a': 1}", "{'b': 1}")),
        ([1, "2"], [1, 2], ("'2' at [1]", "2")),
    ],
)
def test_plain_values(first, second, shown):
    assert pinpoint(first, second) == shown


def test_a_frame_is_shown_by_column_and_row():
    first = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    second = pd.DataFrame({"a": [1, 2], "b": [3, 5]})
    assert pinpoint(first, second) == ("4 at ['b'][1]", "5")


def test_a_frame_with_other_columns_is_shown_by_these():
    shown = pinpoint(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))
    assert [("columns" in text, "'a'" in text) for text in shown] == [(True, True), (True, False)]


def test_a_frame_with_another_index_is_shown_by_it():
    first, second = pinpoint(pd.Series([1, 2]), pd.Series([1, 2], index=[5, 6]))
    assert first.startswith("index")
    assert "5" in second


def test_an_array_is_shown_by_position_and_by_type():
    assert pinpoint(np.zeros((2, 2)), np.eye(2)) == ("0.0 at [0][0]", "1.0")
    assert pinpoint(np.zeros(2, "f4"), np.zeros(2, "f8")) == ("dtype float32", "dtype float64")
    assert pinpoint(np.zeros(2), np.zeros(3)) == ("numpy.ndarray (2,)", "numpy.ndarray (3,)")


def test_long_values_are_cut_and_take_one_line():
    text = short(["line\n" * 50])
    assert len(text) == 60
    assert "\n" not in text
    assert text.endswith("...")
