"""Files in a folder of this machine or at an fsspec URL, behind one set of functions.

Each appears whole or not at all. What is done at URLs is in `remote_files`.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from flowyml.storage.serializers import SMALL, Blob, Spool

Dump: TypeAlias = Callable[[BinaryIO], object]
"""Writes a value to a file."""

_PREFIX = ".partial-"
_PIECE = 1 << 16  # bytes that are read at a time


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


def write_file(
    dump: Callable[[BinaryIO], object],
    folder: str,
    name: Callable[[str], str],
    *,
    replace: bool = False,
) -> Blob:
    """Write a file under a folder, making the folders that it needs.

    The bytes go to a hidden file first, which is renamed when it is complete. A process that is
    killed leaves at most that hidden file, which nothing reads and `sweep` removes. There is no
    fsync: what a crash of the machine takes is found by the digest, on loading. For the same reason
    a file that is there already is replaced unless it is known to hold the same bytes.

    Args:
        dump: writes the value.
        folder: an absolute path.
        name: gives the path inside the folder, for the digest of what was written.
        replace: write it in any case.

    Raises:
        OSError: the disk is full, the folder is not writable.
    """
    partial = Partial(folder)
    spool = Spool(partial.stream)
    try:
        dump(cast("BinaryIO", spool))
        small, digest = spool.finish(), spool.digest()
        path = f"{folder}/{name(digest)}"
        if small is None or replace or not _holds(path, small):
            partial.complete(small, path)
    except BaseException:
        spool.abandon()
        raise
    finally:
        partial.close()
    return Blob(digest=digest, size=spool.size, uri=path)


@contextlib.contextmanager
def read_file(path: str, size: int) -> Generator[BinaryIO, None, None]:
    """Open a file to read; a small one is read at once.

    Raises:
        OSError: it is not there, or not readable.
    """
    with open(path, "rb") as file:  # noqa: PTH123
        yield io.BytesIO(file.read(size + 1)) if size <= SMALL else file


def read_whole(path: str) -> bytes:
    """Read a small file at once: `open()` would take twice as long, twice for every cached step.

    Raises:
        OSError: it is not there, or not readable.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        whole = os.read(file, _PIECE)
        while more := os.read(file, _PIECE):  # a read may give less than there is
            whole += more
        return whole
    finally:
        os.close(file)


def local_names(folder: str) -> Iterator[str]:
    """Name the complete files under a folder, relative to it, sorted."""
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and not path.name.startswith(_PREFIX):
            yield path.relative_to(folder).as_posix()


def remove_file(path: str) -> None:
    """Remove a file, unless it is gone already.

    Raises:
        OSError: the folder is not writable.
    """
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108


def sweep(root: str) -> None:
    """Remove the hidden files that killed writers left in a folder; does what it can, quietly.

    Object stores keep nothing half-written.

    A writer holds a lock on its file, of which the system lets go when the writer's process ends,
    however it ends. So a file whose lock can be had is nobody's any more.
    """
    if is_remote(root):
        return
    with contextlib.suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                _remove_if_left(entry.path)


def _remove_if_left(path: str) -> None:
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDWR)
        try:
            if _locked(file, wait=False):
                os.unlink(path)  # noqa: PTH108
        finally:
            os.close(file)


class Partial:
    """A hidden file in a folder, like no other, for a value that is being written.

    Nothing is made before the first byte.
    """

    def __init__(self, folder: str) -> None:
        self._path = f"{folder}/{_PREFIX}{os.urandom(8).hex()}"
        self._file: int | None = None

    def stream(self) -> BinaryIO:
        """Open it for bytes that come bit by bit."""
        return os.fdopen(os.dup(self._open()), "wb")

    def complete(self, data: bytes | None, path: str) -> None:
        """Write the bytes, unless they came through the stream, and give the file its name."""
        if data is not None:
            _write(self._open(), data)
        _rename(self._path, path)
        self.close()

    def close(self) -> None:
        """Let go of the file; remove it if it was not completed."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._path)  # noqa: PTH108
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        """Make the file and lock it."""
        while True:
            file = self._create()
            if not _locked(file, wait=True) or os.fstat(file).st_nlink:
                self._file = file
                return file
            os.close(file)  # swept away before it was locked

    def _create(self) -> int:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        try:
            return os.open(self._path, flags, 0o666)
        except FileNotFoundError:
            _make_folder(self._path)
            return os.open(self._path, flags, 0o666)


def _locked(file: int, *, wait: bool) -> bool:
    """Lock a file; gives False if somebody else has the lock, or the file system knows none."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _rename(partial: str, path: str) -> None:
    try:
        os.replace(partial, path)  # noqa: PTH105
    except FileNotFoundError:
        _make_folder(path)
        os.replace(partial, path)  # noqa: PTH105


def _make_folder(path: str) -> None:
    os.makedirs(path.rpartition("/")[0], exist_ok=True)  # noqa: PTH103  # pathlib costs more


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(len(data) + 1) == data
    except FileNotFoundError:
        return False
