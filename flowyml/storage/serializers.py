"""Which serializer takes which value, and which reads which format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowyml.diagnostics import UsageError, near
from flowyml.storage.arrays import ArraySerializer
from flowyml.storage.frames import FrameSerializer
from flowyml.storage.json_values import JsonSerializer
from flowyml.storage.pickles import PickleSerializer
from flowyml.storage.serializer import Serializer

_BUILT_IN: tuple[Serializer, ...] = (
    JsonSerializer(),
    ArraySerializer(),
    FrameSerializer(),
    PickleSerializer(),
)
_registered: tuple[Serializer, ...] = ()
_known: tuple[tuple[Serializer, ...] | None, Mapping[str, Serializer]] = (None, {})
"""The serializers by name, and those registered that are among them."""


def register_serializer(serializer: Serializer) -> None:
    """Let a serializer of your own take the values that it accepts.

    Call it at the top of a module that your steps live in or import, so that every worker has it.
    Registering a class of the same name again, as a reloaded module does, replaces the first.

    Raises:
        UsageError: another serializer has that name.
    """
    global _registered
    kept = tuple(each for each in _registered if not _replaces(serializer, each))
    if any(each.name == serializer.name for each in (*kept, *_BUILT_IN)):
        raise UsageError(
            f"a serializer named '{serializer.name}' exists; stored references say this name, so "
            f"give {type(serializer).__qualname__} another"
        )
    _registered = (serializer, *kept)


def _replaces(new: Serializer, old: Serializer) -> bool:
    a, b = type(new), type(old)
    same_class = (a.__module__, a.__qualname__) == (b.__module__, b.__qualname__)
    return new.name == old.name and same_class


def serializer_for(value: Any) -> Serializer:
    """Choose the serializer of a value; pickling takes what nothing else does."""
    return next(each for each in (*_registered, *_BUILT_IN) if each.accepts(value))


def serializer_named(name: str) -> Serializer:
    """Find the serializer that wrote a format.

    Raises:
        UsageError: there is none of that name here; says which is near.
    """
    known = _by_name()
    if name not in known:
        raise UsageError(
            f"unknown format '{name}' of a stored value; {near(name, known)}; a format of your own "
            f"must be registered here too (flowyml.storage.register_serializer)"
        )
    return known[name]


def _by_name() -> Mapping[str, Serializer]:
    """Give all serializers by name; asked for every value, so it is put together once."""
    global _known
    registered, found = _known
    if registered is not _registered:
        found = {each.name: each for each in (*_BUILT_IN, *_registered)}
        _known = _registered, found
    return found
