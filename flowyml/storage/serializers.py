"""Which serializer takes which value, and which reads which format."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import UsageError, near
from flowyml.storage.json_values import JsonSerializer

if TYPE_CHECKING:
    from flowyml.storage.serializer import Serializer

_JSON = JsonSerializer()
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
    if any(each.name == serializer.name for each in (*kept, *_built_in())):
        raise UsageError(
            f"a serializer named '{serializer.name}' exists; stored references say this name, so "
            f"give {type(serializer).__qualname__} another"
        )
    _registered = (serializer, *kept)


@functools.cache
def _built_in() -> tuple[Serializer, ...]:
    """Give our own; a worker whose values are JSON does without the others."""
    from flowyml.storage.arrays import ArraySerializer
    from flowyml.storage.frames import FrameSerializer
    from flowyml.storage.pickles import PickleSerializer

    return _JSON, ArraySerializer(), FrameSerializer(), PickleSerializer()


def _replaces(new: Serializer, old: Serializer) -> bool:
    a, b = type(new), type(old)
    same_class = (a.__module__, a.__qualname__) == (b.__module__, b.__qualname__)
    return new.name == old.name and same_class


def serializer_for(value: Any) -> Serializer:
    """Choose the serializer of a value; pickling takes what nothing else does."""
    for each in (*_registered, _JSON):
        if each.accepts(value):
            return each
    return next(each for each in _built_in() if each.accepts(value))


def serializer_named(name: str) -> Serializer:
    """Find the serializer that wrote a format.

    Raises:
        UsageError: there is none of that name here; says which is near.
    """
    if name == _JSON.name:
        return _JSON
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
        found = {each.name: each for each in (*_built_in(), *_registered)}
        _known = _registered, found
    return found
