"""Where values and run records are kept, and how a value is named when it travels between steps.

What stores and loads values is imported when it is first asked for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flowyml.frozen import dataclass, replaced

if TYPE_CHECKING:
    from flowyml.storage.assets import restore_asset
    from flowyml.storage.equality import equal
    from flowyml.storage.errors import (
        CorruptBlobError,
        MissingBlobError,
        StoreError,
        UnloadableError,
        UnserializableError,
    )
    from flowyml.storage.immutable import is_immutable
    from flowyml.storage.serializers import (
        Serializer,
        register_serializer,
        serializer_for,
        serializer_named,
    )
    from flowyml.storage.store import (
        ArtifactStore,
        check_value,
        copy_value,
        load_asset,
        load_value,
        write_value,
    )


__all__ = [
    "ArtifactStore",
    "AssetInfo",
    "CorruptBlobError",
    "MissingBlobError",
    "Reference",
    "Serializer",
    "StoreError",
    "UnloadableError",
    "UnserializableError",
    "check_value",
    "copy_value",
    "equal",
    "is_immutable",
    "load_asset",
    "load_value",
    "register_serializer",
    "restore_asset",
    "serializer_for",
    "serializer_named",
    "write_value",
]

_PLACES = {
    "assets": ("restore_asset",),
    "equality": ("equal",),
    "errors": (
        "CorruptBlobError",
        "MissingBlobError",
        "StoreError",
        "UnloadableError",
        "UnserializableError",
    ),
    "immutable": ("is_immutable",),
    "serializers": ("Serializer", "register_serializer", "serializer_for", "serializer_named"),
    "store": (
        "ArtifactStore",
        "check_value",
        "copy_value",
        "load_asset",
        "load_value",
        "write_value",
    ),
}
_MODULE_OF = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


@dataclass(frozen=True, kw_only=True)
class AssetInfo:
    """The asset around the data: its class (`flowyml:Dataset`), name and JSON-like metadata."""

    type: str
    name: str | None = None
    metadata: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Where a stored value is and how to know that it is the same one.

    Attributes:
        uri: a path or an fsspec URL.
        digest: sha256 of the stored bytes, hex.
        format: the serializer's name, for example `parquet`.
        size: bytes.
        asset: set if the step returned an asset rather than bare data.
        content: a digest that equal contents share though their bytes differ, if the serializer
            gives one.
    """

    uri: str
    digest: str
    format: str
    size: int
    asset: AssetInfo | None = None
    content: str = ""

    @property
    def content_digest(self) -> str:
        """What tells whether two values are the same: the content's digest, else the bytes'."""
        return self.content or self.digest

    def at(self, uri: str) -> Reference:
        """Give the reference to the same value in another place."""
        return replaced(self, uri=uri)

    def to_dict(self) -> dict[str, Any]:
        """Give the reference as plain JSON data, as it travels through XCom and manifests."""
        data: dict[str, Any] = {
            "uri": self.uri,
            "digest": self.digest,
            "format": self.format,
            "size": self.size,
        }
        if self.asset is not None:
            data["asset"] = dataclasses.asdict(self.asset)
        if self.content:
            data["content"] = self.content
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reference:
        """Read what `to_dict` wrote.

        Raises:
            TypeError: a key that a reference does not have.
        """
        asset = data.get("asset")
        plain: dict[str, Any] = {**data, "asset": AssetInfo(**asset) if asset else None}
        return cls(**plain)
