"""Blobs in a folder of this machine: each appears whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Generator
from typing import BinaryIO, cast

from flowyml.storage.spool import SMALL, Blob, Spool


def write_file(dump: Callable[[BinaryIO], object], folder: str, name: Callable[[str], str]) -> Blob:
    """Write a file under a folder, making the folders that it needs.

    The bytes go to a hidden file first, which is renamed when it is complete. A process that is
    killed leaves at most that hidden file, which nothing reads. There is no fsync: what a crash of
    the machine takes is found by the digest, on loading. For the same reason a file that is there
    already is replaced unless it is known to hold the same bytes.

    Args:
        dump: writes the value.
        folder: an absolute path.
        name: gives the path inside the folder, for the digest of what was written.

    Raises:
        OSError: the disk is full, the folder is not writable.
    """
    partial = _beside(f"{folder}/")
    spool = Spool(lambda: _create(partial))
    try:
        dump(cast("BinaryIO", spool))
        small, digest = spool.finish(), spool.digest()
        path = f"{folder}/{name(digest)}"
        if small is None:
            _rename(partial, path)
        elif not _holds(path, small):
            partial = _beside(path)
            _write(partial, small)
            os.replace(partial, path)  # noqa: PTH105
    except BaseException:
        spool.abandon()
        with contextlib.suppress(OSError):
            os.unlink(partial)  # noqa: PTH108
        raise
    return Blob(digest, spool.size, path)


@contextlib.contextmanager
def read_file(path: str, size: int) -> Generator[BinaryIO, None, None]:
    """Open a file to read; a small one is read at once.

    Raises:
        OSError: it is not there, or not readable.
    """
    with open(path, "rb") as file:  # noqa: PTH123
        yield io.BytesIO(file.read(size + 1)) if size <= SMALL else file


def _beside(path: str) -> str:
    """Name a hidden file in the same folder, like no other."""
    return f"{path.rpartition('/')[0]}/.partial-{os.urandom(8).hex()}"


def _create(path: str) -> BinaryIO:
    return os.fdopen(_open_new(path), "wb")


def _write(path: str, data: bytes) -> None:
    file = _open_new(path)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]
    finally:
        os.close(file)


def _open_new(path: str) -> int:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    try:
        return os.open(path, flags, 0o666)
    except FileNotFoundError:
        _make_folder(path)
        return os.open(path, flags, 0o666)


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
