"""What every node of the IR is: immutable, strict, and written without its defaults."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, model_serializer

if TYPE_CHECKING:
    from typing_extensions import Self

_ALWAYS = frozenset({"kind", "schema_version"})


class Node(BaseModel):
    """Anything in the IR: immutable, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with changes, as pydantic does; without its care for what no node has.

        The passes copy each step a dozen times, so it is most of what they cost.
        """
        if deep:
            return super().model_copy(update=update, deep=True)
        copy = type(self).__new__(type(self))
        changes = update or {}
        object.__setattr__(copy, "__dict__", {**self.__dict__, **changes})
        object.__setattr__(copy, "__pydantic_fields_set__", self.model_fields_set | changes.keys())
        object.__setattr__(copy, "__pydantic_extra__", None)
        object.__setattr__(copy, "__pydantic_private__", None)
        return copy

    @model_serializer(mode="plain")
    def plain(self) -> dict[str, Any]:
        """Give the node as JSON data, without what is as it is by default."""
        return self.without(frozenset())

    def without(self, names: Collection[str]) -> dict[str, Any]:
        """Give the node as JSON data, as `plain` does, without the fields of some names.

        They are left out at every depth of nodes; values of users' own are left alone. What tells
        one node from another is always there.
        """
        data = self.__dict__
        return {
            name: _plain(data[name], names)
            for name, default in _defaults(type(self)).items()
            if name not in names and (name in _ALWAYS or data[name] != default)
        }


@functools.cache
def _defaults(kind: type[Node]) -> dict[str, Any]:
    return {name: field.default for name, field in kind.model_fields.items()}


def _plain(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, Node):
        return value.without(names)
    if isinstance(value, tuple):
        return [_plain(item, names) for item in cast("Any", value)]
    return value
