from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from flowyml.storage import serializer_for

dtypes = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes(endianness="?")
    | hnp.unsigned_integer_dtypes(endianness="?")
    | hnp.floating_dtypes(endianness="?")
    | hnp.complex_number_dtypes(endianness="?")
    | hnp.datetime64_dtypes(endianness="?")
    | hnp.timedelta64_dtypes(endianness="?")
    | hnp.unicode_string_dtypes(endianness="?", min_len=1)
    | hnp.byte_string_dtypes(min_len=1)
)
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
layouts = st.sampled_from([np.asarray, np.asfortranarray, lambda a: a[..., ::2] if a.ndim else a])


@given(arrays, layouts)
def test_arrays_come_back_as_they_were(through, array, layout):
    array = layout(array)
    loaded = through(array)
    assert serializer_for(array).name == "npy"
    assert type(loaded) is np.ndarray
    assert loaded.dtype.str == array.dtype.str
    assert loaded.shape == array.shape
    assert loaded.tobytes() == array.tobytes()
    assert loaded.flags.writeable


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_memory_order_is_kept(through, order):
    loaded = through(np.array([[1, 2], [3, 4]], order=order))
    assert loaded.flags.c_contiguous is (order == "C")


@pytest.mark.parametrize(
    "array",
    [
        np.array([None, [1]], object),
        np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")]),
        np.ma.array([1, 2], mask=[0, 1]),
        np.rec.array([(1, 2)], names="a,b"),
        np.zeros(2, np.dtype("i4", metadata={"unit": "m"})),
        np.float32(1.5),
        np.datetime64("NaT", "s"),
        np.zeros(2, "V4"),
    ],
    ids=lambda array: f"{type(array).__name__}-{array.dtype}",
)
def test_what_an_npy_file_would_change_is_pickled(through, array):
    loaded = through(array)
    assert serializer_for(array).name == "pickle"
    assert type(loaded) is type(array)
    assert loaded.dtype == array.dtype
    assert loaded.dtype.metadata == array.dtype.metadata
    assert repr(loaded) == repr(array)


def test_an_array_larger_than_what_is_kept_in_memory_comes_back(through):
    array = np.arange(400_000).reshape(800, 500)
    for each in (array, np.asfortranarray(array), array[:, ::2]):
        assert np.array_equal(through(each), each)
