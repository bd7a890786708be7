from __future__ import annotations

import datetime
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from flowyml.storage import UnloadableError, frames, serializer_for

# What nanoseconds can say: pandas before 3 reads dates through them.
TIMES = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
COLUMNS = {
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "bool": st.booleans(),
    "int8": st.integers(-128, 127),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "datetime64[ns]": TIMES,
    "datetime64[us]": TIMES | st.just(pd.NaT),
    "datetime64[ms]": TIMES | st.just(pd.NaT),
    "timedelta64[ns]": st.timedeltas(datetime.timedelta(-9999), datetime.timedelta(9999)),
    "Int16": st.integers(-(2**15), 2**15 - 1) | st.none(),
    "boolean": st.booleans() | st.none(),
    "str": st.text(st.characters(exclude_categories=["Cs"])) | st.none(),
    "string": st.text(st.characters(exclude_categories=["Cs"])) | st.none(),
    "category": st.sampled_from("abc") | st.none(),
    "object": st.sampled_from([None, 1, "a", b"b", (1, 2), True, 2.5]),
    "datetime64[ns, Europe/Berlin]": st.datetimes(
        datetime.datetime(1990, 1, 1), datetime.datetime(2030, 1, 1), timezones=st.timezones()
    ),
}
labels = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@st.composite
def series(draw, size, kinds=tuple(COLUMNS)):
    dtype = draw(st.sampled_from(kinds))
    values = draw(st.lists(COLUMNS[dtype], min_size=size, max_size=size))
    if dtype.startswith("datetime64[ns, "):
        values = [value.astimezone(datetime.timezone.utc) for value in values]
        return pd.Series(pd.to_datetime(values, utc=True)).astype(dtype)
    return pd.Series(values, dtype=dtype)


@st.composite
def data_frames(draw):
    size = draw(st.integers(0, 4))
    names = draw(st.lists(labels, unique=True, max_size=5))
    frame = pd.DataFrame({name: draw(series(size)) for name in names})
    if not names:
        frame = pd.DataFrame(index=range(size))
    index = draw(st.none() | series(size, ("int64", "float64", "str", "datetime64[ns]", "int8")))
    if index is not None:
        frame.index = pd.Index(index)
    frame.index.name = draw(st.none() | labels)
    return frame


def assert_same(loaded, frame):
    assert_frame_equal(
        loaded, frame, check_exact=True, check_index_type="exact", check_column_type="exact"
    )
    assert loaded.attrs == frame.attrs
    assert type(loaded) is type(frame)


@given(data_frames())
def test_frames_come_back_as_they_were(through, frame):
    assert_same(through(frame), frame)


@given(data_frames())
def test_frames_read_in_groups_of_columns_come_back_as_they_were(shared_store, frame):
    reference = shared_store.save("frame", frame)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "_LARGE", 0)
        patch.setattr(frames, "_GROUPS", 3)
        assert_same(shared_store.load(reference), frame)


def numbers(**options):
    return pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}, **options)


def with_attributes():
    frame = numbers()
    frame.attrs["unit"] = "m"
    return frame


ROWS = [datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 5)]
PARQUET = {
    "numbers": numbers(),
    "texts": pd.DataFrame({"a": ["x", "ü"], "n.o": ["", "b"]}),
    "dates": pd.DataFrame({"a": pd.Series(ROWS, dtype="datetime64[ns]")}),
    "nullable": pd.DataFrame({"a": pd.array([1, None], "Int64")}),
    "range index": numbers(index=pd.RangeIndex(3, 7, 2, name="n")),
    "number index": numbers(index=pd.Index([5, 5], name="n")),
    "text index": numbers(index=["x", "y"]),
    "date index": numbers(index=pd.DatetimeIndex(ROWS)),
    "no rows": numbers()[:0],
}
PICKLE = {
    "no columns": pd.DataFrame(index=[1, 2]),
    "empty": pd.DataFrame(),
    "number header": pd.DataFrame([[1, 2]]),
    "repeated header": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "two-level header": pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_product([["a"], ["b", "c"]])
    ),
    "named header": numbers().rename_axis(columns="c"),
    "reserved name": pd.DataFrame({"__index_level_0__": [1]}, index=["a"]),
    "half a pair": pd.DataFrame({"a": pd.Series(["\ud800"], dtype=object)}),
    "half a pair in the header": pd.DataFrame({"a": [1]}).set_axis(
        pd.Index(["\ud800"], dtype=object), axis=1
    ),
    "two-level index": numbers(index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    "frequency": numbers(index=pd.date_range("2020", periods=2)),
    "index named as a column": numbers(index=pd.Index([1, 2], name="a")),
    "number as index name": numbers(index=pd.Index([1, 2], name=3)),
    "objects": pd.DataFrame({"a": ["x", 1]}),
    "bytes": pd.DataFrame({"a": [b"x"]}),
    "lists": pd.DataFrame({"a": [[1], [2]]}),
    "categories": pd.DataFrame({"a": pd.Categorical(["x"], ["y", "x"])}),
    "time zone": pd.DataFrame({"a": pd.to_datetime(["2020-01-01"], utc=True)}),
    "seconds": pd.DataFrame({"a": pd.Series(ROWS, dtype="datetime64[s]")}),
    "complex": pd.DataFrame({"a": [1j]}),
    "half floats": pd.DataFrame({"a": np.array([1], "float16")}),
    "big-endian": pd.DataFrame({"a": np.array([1], ">i4")}),
    "periods": pd.DataFrame({"a": pd.period_range("2020", periods=1, freq="M")}),
    "sparse": pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}),
    "attributes": with_attributes(),
    "no repeated labels": numbers().set_flags(allows_duplicate_labels=False),
    "subclass": type("Table", (pd.DataFrame,), {})({"a": [1]}),
}


@pytest.mark.parametrize("frame", PARQUET.values(), ids=PARQUET)
def test_plain_frames_are_parquet(through, frame):
    assert serializer_for(frame).name == "parquet"
    assert_same(through(frame), frame)


@pytest.mark.parametrize(
    "name", [name for name in PICKLE if name != "subclass"]
)  # a class made here could not be found again
def test_what_parquet_would_change_is_pickled(through, name):
    frame = PICKLE[name]
    assert serializer_for(frame).name == "pickle"
    loaded = through(frame)
    assert_same(loaded, frame)
    assert loaded.flags == frame.flags


def test_a_subclass_is_no_plain_frame():
    assert serializer_for(PICKLE["subclass"]).name == "pickle"


def test_objects_that_are_all_texts_come_back_as_objects(through):
    frame = pd.DataFrame({"a": pd.Series(["x", "y"], dtype=object)})
    assert_same(through(frame), frame)


def test_a_text_type_of_ones_own_is_kept(through):
    frame = pd.DataFrame({"a": pd.Series([np.str_("x"), "y"], dtype=object)})
    assert [type(each) for each in through(frame)["a"]] == [np.str_, str]


def test_a_large_frame_comes_back_whole_and_can_be_changed(through):
    frame = pd.DataFrame({f"c{n}": np.arange(300_000.0) + n for n in range(10)})
    frame["text"] = "x"
    frame.index = pd.RangeIndex(5, 300_005, name="row")
    loaded = through(frame)
    assert_same(loaded, frame)
    loaded.loc[5, "c3"] = -1.0
    loaded["new"] = loaded["c1"] * 2
    assert loaded.loc[5, "c3"] == -1.0
    assert frame.loc[5, "c3"] == 3.0


_THREADS = """
import io
from pathlib import Path
import pandas
from flowyml.storage.frames import FrameSerializer

def count():  # what jemalloc starts reads nothing
    names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
    return sum(not name.startswith("jemalloc") for name in names)

file = io.BytesIO()
FrameSerializer().dump(pandas.DataFrame({f"c{n}": range(2000) for n in range(9)}), file)
before = count()
print(len(FrameSerializer().load(file)), count() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc here")
def test_no_thread_of_arrow_holds_bytes_of_python():
    """Such a thread, if it was late, ended the process with SIGABRT when Python ended."""
    told = subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, text=True)
    assert told.stdout == "2000 0\n", told.stderr


def test_arrow_opens_a_file_itself(tmp_path):
    class Unread(io.FileIO):
        def readinto(self, _):
            raise AssertionError("Python has read")

        readall = read = readinto

    path = tmp_path / "frame\udc80.parquet"
    with path.open("wb") as written:
        frames.FrameSerializer().dump(numbers(), written)
    with Unread(str(path)) as file:
        assert_frame_equal(frames.FrameSerializer().load(file), numbers())


def test_series_keep_name_index_and_dtype(through):
    value = pd.Series([1, 2], index=["a", "b"], name=("x", 1), dtype="int16")
    pd.testing.assert_series_equal(through(value), value)


def test_without_pyarrow_frames_are_pickled(monkeypatch):
    monkeypatch.setattr(frames, "_has_pyarrow", lambda: False)
    assert serializer_for(numbers()).name == "pickle"


def test_loading_without_pyarrow_says_what_to_install(monkeypatch, store):
    reference = store.save("frame", numbers())
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UnloadableError, match=r"needs pyarrow.*pip install 'flowyml\[pandas\]'"):
        store.load(reference)
