"""What every node of the IR is: immutable, strict, and written without its defaults."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from operator import is_
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from pydantic import BaseModel, ConfigDict, model_serializer

if TYPE_CHECKING:
    from typing_extensions import Self

P = ParamSpec("P")
N = TypeVar("N", bound="Node")

_ALWAYS = frozenset({"kind", "schema_version"})
_NOTHING: frozenset[str] = frozenset()


class Node(BaseModel):
    """Anything in the IR: immutable, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with changes, as pydantic does; without its care for what no node has.

        A node that would be the same is its own copy: most passes leave most steps as they are.
        """
        if deep:
            return super().model_copy(update=update, deep=True)
        data = self.__dict__
        changes = update or {}
        for name, value in changes.items():
            if not _unchanged(data[name], value):
                return _made(type(self), {**data, **changes})
        return self

    @model_serializer(mode="plain")
    def plain(self) -> dict[str, Any]:
        """Give the node as JSON data, without what is as it is by default."""
        return self.without(_NOTHING)

    def without(self, names: Collection[str]) -> dict[str, Any]:
        """Give the node as JSON data, as `plain` does, without the fields of some names.

        They are left out at every depth of nodes; values of users' own are left alone. What tells
        one node from another is always there.
        """
        data = self.__dict__
        return {
            name: _plain(value, names)
            for name, default in _told(type(self), frozenset(names))
            if (value := data[name]) is not default
            and (isinstance(value, Node) or value != default)
        }


def unchecked(kind: Callable[P, N]) -> Callable[P, N]:
    """Give a way to make nodes of a kind for which pydantic need not look at every value.

    For values that are known to fit, where nodes are made by the thousand.
    """
    defaults = _defaults(cast("type[N]", kind))

    def make(*_: P.args, **fields: P.kwargs) -> N:
        return _made(cast("type[N]", kind), {**defaults, **fields})

    return make


def _made(kind: type[N], data: dict[str, Any]) -> N:
    node = kind.__new__(kind)
    object.__setattr__(node, "__dict__", data)
    object.__setattr__(node, "__pydantic_fields_set__", _NOTHING)  # nobody asks
    object.__setattr__(node, "__pydantic_extra__", None)
    object.__setattr__(node, "__pydantic_private__", None)
    return node


def _unchanged(old: Any, new: Any) -> bool:
    return old is new or (type(old) is type(new) is tuple and alike(old, new))


def alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Tell whether two tuples hold the very same objects."""
    return len(one) == len(other) and all(map(is_, one, other))


def same(one: object, other: object) -> bool:
    """Tell whether two nodes are written alike: 1 is neither True nor 1.0."""
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if isinstance(one, Node):
        return _same_values(one.__dict__, other.__dict__)
    a, b = cast("Any", one), cast("Any", other)
    if kind is dict:
        return list(a) == list(b) and _same_values(a, b)
    if issubclass(kind, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b) if kind is float else bool(a == b)


def _same_values(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    for name, value in one.items():
        if value is not other[name] and not same(value, other[name]):
            return False
    return True


@functools.cache
def _defaults(kind: type[Node]) -> dict[str, Any]:
    return {name: field.default for name, field in kind.model_fields.items()}


@functools.cache
def _told(kind: type[Node], names: frozenset[str]) -> tuple[tuple[str, Any], ...]:
    """Give the fields that are told unless they are as by default; some are told always."""
    return tuple(
        (name, ... if name in _ALWAYS else default)
        for name, default in _defaults(kind).items()
        if name not in names
    )


def _plain(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, Node):
        return value.without(names)
    if isinstance(value, tuple):
        return [_plain(item, names) for item in cast("Any", value)]
    return value
