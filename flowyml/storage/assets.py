"""Assets and the store: what is kept beside the data, and how the asset is built again.

An asset is recognised by its class attribute `__flowyml_asset__`, which names the class, so that
the store need not import `flowyml.api`.
"""

from __future__ import annotations

import json
from typing import Any

from flowyml.storage import AssetInfo, Reference, UnloadableError, UnserializableError


def take_apart(asset: Any) -> tuple[Any, AssetInfo]:
    """Separate an asset's data from what is known about it.

    Raises:
        UnserializableError: the asset's name is no text, or its metadata is not plain JSON.
    """
    entrypoint: str = asset.__class__.__flowyml_asset__
    return asset.data, AssetInfo(
        type=_portable(entrypoint), name=_name(asset), metadata=_metadata(asset)
    )


def restore_asset(data: Any, reference: Reference) -> Any:
    """Build the asset that was stored, around its data; bare data stays bare.

    Raises:
        UnloadableError: the asset's class is not to be found here.
    """
    info = reference.asset
    if info is None:
        return data
    from flowyml.storage.project_names import resolve

    try:
        cls = resolve(*info.type.split(":"))
    except (ImportError, AttributeError) as error:
        raise UnloadableError(f"the asset's class {info.type} is not here: {error}") from error
    return cls.restore(data, name=info.name, metadata=info.metadata)


def _portable(entrypoint: str) -> str:
    module, _, qualname = entrypoint.partition(":")
    if not module.startswith("__"):
        return entrypoint
    from flowyml.storage.project_names import portable_name

    return f"{portable_name(module)}:{qualname}"


def _name(value: Any) -> str | None:
    if value.name is None or type(value.name) is str:
        return value.name
    raise UnserializableError(
        f"the name of the {type(value).__name__} is a {type(value.name).__name__}; use a text"
    )


def _metadata(value: Any) -> dict[str, Any]:
    if not value.metadata:
        return {}
    from flowyml.frontend.jsonlike import json_problem

    metadata: dict[str, Any] = dict(value.metadata)
    if problem := json_problem(metadata):
        raise UnserializableError(
            f"the metadata of the {type(value).__name__} is not plain JSON: {problem}; keep facts "
            f"such as text and numbers there, and what is larger in the data"
        )
    copy: dict[str, Any] = json.loads(json.dumps(metadata))
    return copy
