"""Values as text, for the digest: plain data by value, functions and classes by name."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable
from types import FunctionType
from typing import Any, TypeAlias, cast

from flowyml.frontend.digest_project import own_name

Key: TypeAlias = tuple[str, str | None]
"""A module, and a name at its top level; None means all of it."""


_ABSOLUTE = re.compile(r"""str ['"](/|[A-Za-z]:(/|\\))""")


class OpaqueError(Exception):
    """A value whose text would not say what it is."""


class Encoded:
    """A value as text.

    Attributes:
        text: equal for equal values, different for different ones.
        keys: where the functions and classes in the value are defined.
        paths: the absolute paths in it, as they stand in the text.
    """

    def __init__(self) -> None:
        self.text = ""
        self.keys: list[Key] = []
        self.paths: list[str] = []

    def without_paths(self) -> str:
        """Give the text with every absolute path left out."""
        text = self.text
        for path in self.paths:
            text = text.replace(path, "path")
        return text


def encode(value: object) -> Encoded:
    """Write a value as text.

    Plain are None, bool, numbers, str, bytes, tuples, lists, dicts, sets, ranges, enum members and
    frozen dataclasses of these; functions and classes inside are named.

    Raises:
        OpaqueError: anything else, or a container that holds itself.
    """
    found = Encoded()
    found.text = _encode(value, found, ())
    return found


def home(named: Any) -> Key:
    """Tell where a function or class is defined: its module and the top-level name it is under."""
    return own_name(str(named.__module__)), str(named.__qualname__).partition(".")[0]


def _encode(value: object, found: Encoded, inside: tuple[int, ...]) -> str:
    kind = type(value)
    if kind in (type(None), bool, int, float, complex, str, bytes, range, type(...)):
        text = f"{kind.__name__} {value:#x}" if kind is int else f"{kind.__name__} {value!a}"
        if _ABSOLUTE.match(text):
            found.paths.append(text)
        return text
    if id(value) in inside:
        raise OpaqueError
    inside = (*inside, id(value))
    if kind in (list, tuple):
        return _group(kind.__name__, (_encode(v, found, inside) for v in cast("list[Any]", value)))
    if kind in (set, frozenset):
        items = sorted(_encode(item, found, inside) for item in cast("set[Any]", value))
        return _group(kind.__name__, items)
    if kind is dict:
        pairs = cast("dict[Any, Any]", value).items()
        return _group("dict", (_encode(part, found, inside) for pair in pairs for part in pair))
    return _encode_object(value, found, inside)


def _encode_object(value: Any, found: Encoded, inside: tuple[int, ...]) -> str:
    if isinstance(value, enum.Enum):
        found.keys.append((home(type(value))[0], None))
        return _group(_name(type(value)), (value.name, _encode(value.value, found, inside)))
    if isinstance(value, type | FunctionType):
        if "<locals>" in value.__qualname__ or value.__qualname__ == "<lambda>":
            raise OpaqueError
        found.keys.append(home(value))
        return _name(value)
    return _encode_dataclass(value, found, inside)


def _encode_dataclass(value: Any, found: Encoded, inside: tuple[int, ...]) -> str:
    if not _is_frozen(value):
        raise OpaqueError
    found.keys.append((home(type(value))[0], None))
    fields = (getattr(value, field.name) for field in dataclasses.fields(value))
    return _group(_name(type(value)), (_encode(field, found, inside) for field in fields))


def _is_frozen(value: object) -> bool:
    return getattr(vars(type(value)).get("__dataclass_params__"), "frozen", False)


def _name(named: Any) -> str:
    return f"{own_name(str(named.__module__))}:{named.__qualname__}"


def _group(name: str, parts: Iterable[str]) -> str:
    return f"{name}({', '.join(parts)})"
