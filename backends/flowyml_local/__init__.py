"""The reference runner as a backend: it runs pipelines here and emits nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml_local.backend import LocalBackend

__all__ = ["LocalBackend"]


def __getattr__(name: str) -> object:
    """Load the backend when it is asked for."""
    if name != "LocalBackend":
        raise AttributeError(f"module 'flowyml_local' has no attribute {name!r}")
    from flowyml_local.backend import LocalBackend

    return LocalBackend
