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
    partial = os.path.join(folder, f".partial-{os.urandom(8).hex()}")  # noqa: PTH118  # pathlib is slow
    spool = Spool(lambda: _create(partial))
    try:
        dump(cast("BinaryIO", spool))
        small, digest = spool.finish(), spool.digest()
        path = os.path.join(folder, name(digest))  # noqa: PTH118
        if small is None or not _holds(path, small):
            if small is not None:
                _write(partial, small)
            _rename(partial, path)
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


def _create(path: str) -> BinaryIO:
    try:
        return open(path, "xb")  # noqa: PTH123
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        return open(path, "xb")  # noqa: PTH123


def _write(path: str, data: bytes) -> None:
    with _create(path) as file:
        file.write(data)


def _rename(partial: str, path: str) -> None:
    try:
        os.replace(partial, path)  # noqa: PTH105
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        os.replace(partial, path)  # noqa: PTH105


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(len(data) + 1) == data
    except FileNotFoundError:
        return False
