"""What can go wrong with stored values; imported when something does."""

from __future__ import annotations

import errno

from flowyml.diagnostics import FlowymlError

__name__ = "flowyml.storage"  # the classes are called by the name that users import them by

_FREE = "free space on that disk"
_FOLDER = "a folder is needed there, so move that file away"
_WRITABLE = "make that place writable"
_REMEDIES = {
    errno.ENOSPC: _FREE,
    errno.EDQUOT: _FREE,
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.ENOTDIR: _FOLDER,
    errno.EEXIST: _FOLDER,
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
}


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


def remedy(error: BaseException | None, otherwise: str) -> str:
    """Say what to do about a place that cannot be used.

    Args:
        error: what the system said.
        otherwise: what helps in every case, as an imperative.
    """
    known = _REMEDIES.get(error.errno or 0) if isinstance(error, OSError) else None
    return f"{known}, or {otherwise}" if known else otherwise
