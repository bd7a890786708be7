"""What every node of the IR is: immutable, strict, and written without its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

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

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is as it is by default, but never what tells one node from another."""
        fields = type(self).model_fields
        return {
            name: value
            for name, value in serialize(self).items()
            if name in _ALWAYS or getattr(self, name) != fields[name].default
        }
