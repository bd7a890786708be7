"""Where values and run records are kept.

Loaded name by name: `flowyml.storage.reference` alone is needed to read a reference.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from flowyml.storage.reference import AssetInfo, Reference
    from flowyml.storage.serializer import Serializer
    from flowyml.storage.serializers import (
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
    "reference": ("AssetInfo", "Reference"),
    "serializer": ("Serializer",),
    "serializers": ("register_serializer", "serializer_for", "serializer_named"),
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
