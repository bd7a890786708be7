"""What can go wrong with stored values."""

from __future__ import annotations

from flowyml.diagnostics import FlowymlError


class UnserializableError(FlowymlError, TypeError):
    """A value that no serializer can store, or an asset whose metadata is not plain JSON."""


class UnloadableError(FlowymlError, ImportError):
    """A stored value that this Python cannot rebuild: another minor version, a missing library."""


class MissingBlobError(FlowymlError, FileNotFoundError):
    """The bytes of a stored value are not where its reference says."""


class CorruptBlobError(FlowymlError, ValueError):
    """The bytes of a stored value are not those that were written; they are never loaded."""


class StoreError(FlowymlError, OSError):
    """The artifact store cannot be reached, read or written."""
