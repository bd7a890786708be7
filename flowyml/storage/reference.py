"""A reference: how a value is named when it travels between steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from flowyml.frozen import dataclass
from flowyml.storage.replaced import replaced


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
