"""Files in a folder of this machine or at an fsspec URL, behind one set of functions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, TypeAlias

from flowyml.storage import local_files
from flowyml.storage.local_files import local_names, read_file, read_whole, remove_file, write_file
from flowyml.storage.spool import Blob

Dump: TypeAlias = Callable[[BinaryIO], object]
"""Writes a value to a file."""


def normal_url(url: str) -> str:
    """Give an absolute path for a folder of this machine; an fsspec URL without a slash behind."""
    for scheme in ("file://", "local://"):
        url = url.removeprefix(scheme)
    if is_remote(url):
        return url if url.endswith("://") else url.rstrip("/")
    return os.path.abspath(os.path.expanduser(url))  # noqa: PTH100, PTH111


def is_remote(url: str) -> bool:
    """Tell an fsspec URL from a path."""
    return "://" in url


def write(dump: Dump, root: str, name: Callable[[str], str], *, replace: bool = False) -> Blob:
    """Write a file under a root, whole or not at all.

    Args:
        dump: writes the value.
        root: what `normal_url` gives.
        name: gives the path under it, for the digest of what was written.
        replace: whether the name says nothing of the bytes, so that others may stand there.

    Raises:
        OSError: the place refuses; a `StoreError` if it cannot even be asked.
    """
    if not is_remote(root):
        return write_file(dump, root, name, replace=replace)
    from flowyml.storage.remote_files import write_url

    return write_url(dump, root, name, replace=replace)


def reading(uri: str, size: int) -> AbstractContextManager[BinaryIO]:
    """Open a file of so many bytes to read; a small one is read at once.

    Raises:
        OSError: it is not there, or not readable.
    """
    if not is_remote(uri):
        return read_file(uri, size)
    from flowyml.storage.remote_files import read_url

    return read_url(uri, size)


def read(uri: str) -> bytes:
    """Read a small file.

    Raises:
        OSError: it is not there, or not readable.
    """
    if not is_remote(uri):
        return read_whole(uri)
    with reading(uri, 0) as file:
        return file.read()


def names(root: str) -> Iterator[str]:
    """Name the files under a root, relative to it; none if there is no such place."""
    if not is_remote(root):
        return local_names(root)
    from flowyml.storage.remote_files import remote_names

    return remote_names(root)


def sweep(root: str) -> None:
    """Remove what killed writers left in a folder; object stores keep nothing half-written."""
    if not is_remote(root):
        local_files.sweep(root)


def remove(root: str, name: str) -> None:
    """Remove a file under a root, unless it is gone already.

    Raises:
        OSError: the place refuses.
    """
    if not is_remote(root):
        remove_file(f"{root}/{name}")
        return
    from flowyml.storage.remote_files import remove_url

    remove_url(f"{root}/{name}")
