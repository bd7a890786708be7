"""Values as text, for the digest: plain data by value, functions and classes by name."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable
from types import FunctionType
from typing import Any, TypeAlias, cast

from flowyml.frontend.digest_modules import own_name

Key: TypeAlias = tuple[str, str | None]
"""A module, and a name at its top level; None means all of it."""


class OpaqueError(Exception):
    """A value whose text would not say what it is."""


def encode(value: object) -> tuple[str, tuple[Key, ...]]:
    """Write a value as text that is equal for equal values and different for different ones.

    Plain are None, bool, numbers, str, bytes, tuples, lists, dicts, sets, ranges, enum members and
    frozen dataclasses of these; functions and classes inside are named.

    Returns:
        The text, and where the functions and classes in the value are defined.

    Raises:
        OpaqueError: anything else, or a container that holds itself.
    """
    keys: list[Key] = []
    return _encode(value, keys, ()), tuple(keys)


def home(named: Any) -> Key:
    """Tell where a function or class is defined: its module and the top-level name it is under."""
    return own_name(str(named.__module__)), str(named.__qualname__).partition(".")[0]


def _encode(value: object, keys: list[Key], inside: tuple[int, ...]) -> str:
    kind = type(value)
    if kind in (type(None), bool, int, float, complex, str, bytes, range, type(...)):
        return f"{kind.__name__} {value:#x}" if kind is int else f"{kind.__name__} {value!a}"
    if id(value) in inside:
        raise OpaqueError
    inside = (*inside, id(value))
    if kind in (list, tuple):
        return _group(kind.__name__, (_encode(v, keys, inside) for v in cast("list[Any]", value)))
    if kind in (set, frozenset):
        items = sorted(_encode(item, keys, inside) for item in cast("set[Any]", value))
        return _group(kind.__name__, items)
    if kind is dict:
        pairs = cast("dict[Any, Any]", value).items()
        return _group("dict", (_encode(part, keys, inside) for pair in pairs for part in pair))
    return _encode_object(value, keys, inside)


def _encode_object(value: Any, keys: list[Key], inside: tuple[int, ...]) -> str:
    if isinstance(value, enum.Enum):
        keys.append((home(type(value))[0], None))
        return _group(_name(type(value)), (value.name, _encode(value.value, keys, inside)))
    if isinstance(value, type | FunctionType):
        if "<locals>" in value.__qualname__ or value.__qualname__ == "<lambda>":
            raise OpaqueError
        keys.append(home(value))
        return _name(value)
    return _encode_dataclass(value, keys, inside)


def _encode_dataclass(value: Any, keys: list[Key], inside: tuple[int, ...]) -> str:
    if not _is_frozen(type(value)):
        raise OpaqueError
    keys.append((home(type(value))[0], None))
    fields = (getattr(value, field.name) for field in dataclasses.fields(value))
    return _group(_name(type(value)), (_encode(field, keys, inside) for field in fields))


def _is_frozen(kind: type[Any]) -> bool:
    return getattr(vars(kind).get("__dataclass_params__"), "frozen", False)


def _name(named: Any) -> str:
    return f"{own_name(str(named.__module__))}:{named.__qualname__}"


def _group(name: str, parts: Iterable[str]) -> str:
    return f"{name}({', '.join(parts)})"
