"""Data frames keep index, column types and values."""

from __future__ import annotations

import pandas as pd

from flowyml import Pipeline, step


def mixed() -> pd.DataFrame:
    """Build a frame with a named index and a column of every common type."""
    return pd.DataFrame(
        {
            "small": pd.array([1, 2, 3], dtype="int8"),
            "count": pd.array([1, None, 3], dtype="Int64"),
            "share": [0.5, float("nan"), 1.0],
            "narrow": pd.array([0.5, 1.5, 2.5], dtype="float32"),
            "flag": [True, False, True],
            "label": pd.array(["a", None, ""], dtype="string"),
            "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x", "z"], ordered=True),
            "day": pd.to_datetime(["2024-02-29", "2024-03-01", None]).astype("datetime64[s]"),
            "moment": pd.to_datetime(["2024-02-29T12:00:00.000000001"] * 3).tz_localize("UTC"),
            "place": pd.to_datetime(["2024-07-01"] * 3).tz_localize("Europe/Prague").as_unit("us"),
            "wait": pd.to_timedelta([1, 2, 3], unit="s").as_unit("ms"),
        },
        index=pd.Index([10, 20, 30], name="key"),
    )


def indexed() -> pd.DataFrame:
    """Build a frame with an index of two levels and a text index over the columns."""
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["group", "item"])
    return pd.DataFrame({"value": [1.0, 2.0, 3.0]}, index=index)


@step(outputs=["frame", "levels", "series", "empty"])
def make():
    return mixed(), indexed(), mixed()["share"], mixed().iloc[:0]


@step(outputs=["types"])
def look(frame: pd.DataFrame) -> dict[str, str]:
    return {str(column): str(dtype) for column, dtype in frame.dtypes.items()}


@step(outputs=["equal"])
def compare(frame: pd.DataFrame, levels: pd.DataFrame, series: pd.Series, empty) -> bool:
    pd.testing.assert_frame_equal(frame, mixed(), check_exact=True, check_freq=False)
    pd.testing.assert_frame_equal(levels, indexed(), check_exact=True)
    pd.testing.assert_series_equal(series, mixed()["share"], check_exact=True)
    pd.testing.assert_frame_equal(empty, mixed().iloc[:0], check_freq=False)
    return True


pipeline = Pipeline("frames").add_steps([make, look, compare])
