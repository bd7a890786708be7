"""Data frames, as Parquet, where Parquet gives back the same frame."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

from flowyml.storage import UnloadableError
from flowyml.storage.serializers import Serializer, is_encodable

_NUMBERS = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (4, 8)}
_UNITS = ("ns", "us", "ms")
_MASKED = {f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)} | {"boolean"}
_GROUPS = 8
_LARGE = 16 << 20  # bytes from which a frame is read in groups of columns
_RESERVED = "__index_level_"  # what Parquet calls a nameless index


class FrameSerializer(Serializer):
    """A plain `pandas.DataFrame` of numbers, booleans, dates and texts, with a plain index.

    Whether Parquet keeps a frame exactly is decided by its structure. Left to pickling: columns
    that are not unique texts, several header or index levels, time zones, categories, objects that
    are not all texts, attributes, an index with a frequency, and every frame if pyarrow is not
    installed.
    """

    name = "parquet"
    suffix = ".parquet"

    def accepts(self, value: object) -> bool:
        """Tell whether the value is a frame that comes back from Parquet as it was."""
        kind = type(value)
        if kind.__name__ != "DataFrame" or kind.__module__.partition(".")[0] != "pandas":
            return False
        return kind is sys.modules["pandas"].DataFrame and _has_pyarrow() and _exact(value)

    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write the frame; only texts are dictionary-encoded, which would slow numbers down."""
        pyarrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        table = pyarrow.Table.from_pandas(value)
        texts = [field.name for field in table.schema if "string" in str(field.type)]
        parquet.write_table(table, file, use_dictionary=texts)

    def load(self, file: BinaryIO) -> Any:
        """Read the frame.

        Raises:
            UnloadableError: pandas or pyarrow is not installed.
        """
        try:
            pandas: Any = import_module("pandas")
            import_module("pyarrow.parquet")
        except ModuleNotFoundError as error:
            from flowyml.diagnostics.missing import how_to_install

            raise UnloadableError(
                f"a stored data frame needs {error.name}, which is not installed here; run "
                f"{how_to_install('pandas')}"
            ) from error
        parts = list(_read(file))
        return parts[0] if len(parts) == 1 else pandas.concat(parts, axis=1)


def _read(file: BinaryIO) -> Iterator[Any]:
    """Read a frame in parts, each when the one before is done with.

    A thread of Arrow's lets go of what it has read after it has handed it over, maybe so late that
    Python ends meanwhile. For bytes that are Python's it needs the interpreter, which ends any
    thread that comes then; C++ takes that for an error and calls abort(). So Arrow's threads read
    only what Arrow has opened itself, by its path; what is in memory is read by this thread.
    """
    pyarrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    path: object = getattr(file, "name", None)
    own = isinstance(path, str)
    source = pyarrow.OSFile(os.fsencode(file.name)) if own else file
    stored = parquet.ParquetFile(source, pre_buffer=own)
    for group in _groups(stored):
        table = stored.read(columns=group, use_threads=own, use_pandas_metadata=True)
        yield table.to_pandas(use_threads=own)


def _groups(stored: Any) -> list[list[str]] | list[None]:
    """Divide the columns of a large frame, so that it need not be in memory twice while it is read.

    Few groups: each one's columns of one type stay together in the frame.
    """
    rows = stored.metadata
    size = sum(rows.row_group(n).total_byte_size for n in range(rows.num_row_groups))
    schema = stored.schema_arrow
    names = [name for name in schema.names if name not in schema.pandas_metadata["index_columns"]]
    if size < _LARGE or any("." in name for name in names):  # pyarrow takes a dot for nesting
        return [None]
    step = -(-len(names) // _GROUPS)
    return [names[start : start + step] for start in range(0, len(names), step)]


@functools.cache
def _has_pyarrow() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def _exact(frame: Any) -> bool:
    text = sys.modules["pandas"].Index([""]).dtype  # what texts come back as
    return (
        not frame.attrs
        and frame.flags.allows_duplicate_labels
        and _plain_header(frame.columns, text)
        and _plain_index(frame.index, frame.columns, text)
        and all(_plain_column(column, text) for _, column in frame.items())
    )


def _plain_header(columns: Any, text: Any) -> bool:
    return (
        type(columns) is sys.modules["pandas"].Index
        and columns.name is None
        and len(columns) > 0
        and columns.is_unique
        and columns.dtype == text
        and all(_plain_name(label) for label in columns)
    )


def _plain_name(label: Any) -> bool:
    return type(label) is str and is_encodable(label) and not label.startswith(_RESERVED)


def _plain_index(index: Any, columns: Any, text: Any) -> bool:
    pandas = sys.modules["pandas"]
    if index.name is not None and (not _plain_name(index.name) or index.name in columns):
        return False
    if type(index) is pandas.RangeIndex:
        return True
    if type(index) is pandas.DatetimeIndex:
        return index.freq is None and _plain_column(index, text)
    return type(index) is pandas.Index and _plain_column(index, text)


def _plain_column(column: Any, text: Any) -> bool:
    dtype = column.dtype
    if isinstance(dtype, sys.modules["numpy"].dtype):
        return _plain_numbers(dtype) or (dtype == text and _plain_objects(column))
    if isinstance(dtype, sys.modules["pandas"].StringDtype):
        return _plain_texts(column, text)
    return dtype.name in _MASKED


def _plain_numbers(dtype: Any) -> bool:
    if not dtype.isnative:
        return False
    if dtype.kind in "Mm":
        return sys.modules["numpy"].datetime_data(dtype)[0] in _UNITS
    return dtype.itemsize in _NUMBERS.get(dtype.kind, ())


def _plain_objects(column: Any) -> bool:
    return len(column) > 0 and set(map(type, column)) == {str} and all(map(is_encodable, column))


def _plain_texts(column: Any, text: Any) -> bool:
    dtype = column.dtype
    if dtype not in (text, sys.modules["pandas"].StringDtype()):
        return False
    return dtype.storage == "pyarrow" or all(map(is_encodable, column.dropna()))
