"""What every node of the IR is: immutable, strict, and written without its defaults."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

_ALWAYS = frozenset({"kind", "schema_version"})


class Node(BaseModel):
    """Anything in the IR: immutable, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is as it is by default, but never what tells one node from another."""
        fields = type(self).model_fields
        return {
            name: value
            for name, value in serialize(self).items()
            if name in _ALWAYS or getattr(self, name) != fields[name].default
        }
