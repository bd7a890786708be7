"""The texts in a stored value, read without loading what else it is made of."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from flowyml.storage import Reference
from flowyml.storage.files import reading

LARGEST = 64 << 10
"""Bytes of a stored value up to which it is looked through; a larger one is data, not a path."""

_LONGEST = 4096  # characters of a path; longer text names no file
_DEPTH = 8  # what is deeper, or holds itself, is no list of files
_KNOWN = frozenset({
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("flowyml.runtime.mapping", "MapTaskResult"),
    ("flowyml.runtime.mapping", "MapItemError"),
})  # fmt: skip


def texts_in(value: Any) -> tuple[str, ...]:
    """Give the texts and paths in a value that could name a file, in order."""
    return tuple(text for text in _texts(value, 0) if 0 < len(text) <= _LONGEST)


def stored_texts(reference: Reference) -> tuple[str, ...]:
    """Give the texts in a small stored value of texts, paths, numbers and containers of these.

    No library is imported for it and no code of the user's runs: of anything else nothing is known.
    """
    read = _READERS.get(reference.format)
    if read is None or reference.size > LARGEST:
        return ()
    try:
        with reading(reference.uri, reference.size) as file:
            return texts_in(read(file))
    except Exception:  # it is no such value, or broken: whoever loads it says so
        return ()


class _Plain(pickle.Unpickler):
    """Rebuilds nothing but containers and paths."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "pathlib" and (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is not looked into")
        return super().find_class(module, name)


def _unpickled(file: BinaryIO) -> Any:
    file.readline()  # the serializer's own
    return _Plain(file).load()


def _parsed(file: BinaryIO) -> Any:
    return json.loads(file.read())


_READERS: dict[str, Callable[[BinaryIO], Any]] = {"json": _parsed, "pickle": _unpickled}


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, PurePath):
        yield str(value)
    elif depth < _DEPTH:
        for part in _parts(value):
            yield from _texts(part, depth + 1)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [part for pair in cast("Any", value).items() for part in pair]
    if isinstance(value, list | tuple):
        return cast("list[Any]", value)
    if isinstance(value, set | frozenset):
        return sorted(cast("set[Any]", value), key=str)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    return ()
