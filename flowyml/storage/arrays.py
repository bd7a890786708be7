"""NumPy arrays, as npy files."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from flowyml.storage.serializers import Serializer


class ArraySerializer(Serializer):
    """Exactly `numpy.ndarray`, of any plain dtype, byte order, shape and memory order.

    Left to pickling are arrays of objects, of records, and of dtypes that other libraries add.
    """

    name = "npy"
    suffix = ".npy"

    def accepts(self, value: Any) -> bool:
        """Tell whether the value is an array that an npy file holds exactly."""
        if type(value).__module__ != "numpy":
            return False
        numpy = sys.modules["numpy"]
        return type(value) is numpy.ndarray and _plain(value.dtype, numpy.dtype)

    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write the header, then the array's own memory, which is copied only if it has gaps."""
        import numpy

        fortran = value.flags.f_contiguous and not value.flags.c_contiguous
        header = {"descr": value.dtype.str, "fortran_order": fortran, "shape": value.shape}
        numpy.lib.format.write_array_header_1_0(file, header)
        rows: Any = value.T if fortran else numpy.ascontiguousarray(value)
        file.write(rows.reshape(-1).view(numpy.uint8).data)

    def load(self, file: BinaryIO) -> Any:
        """Read the array; a file on disk is read straight into it."""
        import numpy

        return numpy.lib.format.read_array(file, allow_pickle=False)


def _plain(dtype: Any, make: Any) -> bool:
    if dtype.hasobject or dtype.names or dtype.metadata or dtype.kind == "V" or not dtype.itemsize:
        return False
    return bool(make(dtype.str) == dtype)  # else the header's spelling means another dtype
