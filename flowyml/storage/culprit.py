"""Find the part of a value that cannot be pickled."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, cast

_DEPTH = 20


def find_culprit(value: Any) -> tuple[str, Any]:
    """Descend to the innermost part that cannot be pickled.

    Returns:
        Where it is, for example `value['model'].lock`, and the part itself.
    """
    where = "value"
    for _ in range(_DEPTH):
        inner = next((each for each in _parts(where, value) if not _pickles(each[1])), None)
        if inner is None:
            break
        where, value = inner
    return where, value


def _parts(where: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in cast("dict[Any, Any]", value).items():
            yield f"{where}[{key!r}]", item
            yield f"a key of {where}", key
    elif isinstance(value, (list, tuple)):
        for n, item in enumerate(cast("list[Any]", value)):
            yield f"{where}[{n}]", item
    elif isinstance(value, (set, frozenset)):
        yield from ((f"an element of {where}", item) for item in cast("set[Any]", value))
    elif not isinstance(value, type):
        yield from ((f"{where}.{name}", item) for name, item in _attributes(value))


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    for cell in getattr(value, "__closure__", None) or ():
        yield "<closure>", cell.cell_contents
    yield from getattr(value, "__dict__", {}).items()


def _pickles(value: Any) -> bool:
    from flowyml.storage.project_pickler import ProjectPickler

    try:
        ProjectPickler(io.BytesIO()).dump(value)
    except Exception:
        return False
    return True
