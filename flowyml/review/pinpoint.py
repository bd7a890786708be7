"""Show two values that differ, at the first place where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

_LONGEST = 60


def pinpoint(first: Any, second: Any) -> tuple[str, str]:
    """Describe both values in a line each.

    Containers, frames and arrays of the same kind and size are taken apart down to the first
    difference.

    Example:
        >>> pinpoint({"a": [1, 2]}, {"a": [1, 3]})
        ("2 at ['a'][1]", '3')
    """
    place, first, second = _descend("", first, second)
    shown = _labels(first, second) or (short(first), short(second))
    return shown[0] + (f" at {place}" if place else ""), shown[1]


def kind(value: Any) -> str:
    """Name a value's type and shape: `pandas.DataFrame (3, 2)`."""
    size = f" {value.shape}" if _has_shape(value) else ""
    home = type(value).__module__.partition(".")[0]
    return f"{home}.{type(value).__qualname__}{size}".removeprefix("builtins.")


def short(value: Any) -> str:
    """Show a value in one line of at most 60 characters; a frame or array by its kind."""
    if _has_shape(value):
        return kind(value)
    return _cut(repr(value))


def _has_shape(value: Any) -> bool:
    """Tell whether a value is a frame, series or array; a scalar of NumPy's has an empty shape."""
    return isinstance(shape := getattr(value, "shape", None), tuple) and shape != ()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _labels(first: Any, second: Any) -> tuple[str, str] | None:
    """Show the labels of two frames, series or arrays, where it is these that differ."""
    if not _has_shape(first) or kind(first) != kind(second):
        return None
    for label in ("columns", "dtypes", "dtype", "index", "name"):
        one, other = (_cut(f"{label} {getattr(each, label, '')}") for each in (first, second))
        if one != other:
            return one, other
    return None


def _descend(place: str, first: Any, second: Any) -> tuple[str, Any, Any]:
    from flowyml.storage import equal

    if kind(first) == kind(second):
        for step, one, other in _parts(first, second):
            if not equal(one, other):
                return _descend(place + step, one, other)
    return place, first, second


def _parts(first: Any, second: Any) -> Iterator[tuple[str, Any, Any]]:
    """Pair the parts of two values of one kind; nothing if they have none, or not the same."""
    one, other = _keyed(first), _keyed(second)
    if list(one) == list(other):
        yield from ((f"[{key!r}]", value, other[key]) for key, value in one.items())


def _keyed(value: Any) -> dict[Any, Any]:
    """Give the parts of a container, frame, series or array by key or number."""
    if _has_shape(value) and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return dict(enumerate(cast("Sequence[Any]", value)))
    if isinstance(value, Mapping) or (hasattr(value, "columns") and hasattr(value, "items")):
        return dict(cast("Mapping[Any, Any]", value).items())
    return {}
