"""A place to write a value to: hashed on the way, in memory while it is small."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from io import BufferedIOBase
from typing import Any, BinaryIO, cast

from flowyml.frozen import dataclass

CHUNK = 1 << 20
"""Bytes that are hashed and copied at a time: large enough to be fast, small enough to stay in the
processor's cache between the two."""

SMALL = 1 << 20
"""Bytes up to which a value is written in one piece, without a stream."""


@dataclass(frozen=True, kw_only=True)
class Blob:
    """What was written: the sha256 of the bytes in hex, how many, and where they are."""

    digest: str
    size: int
    uri: str


class Spool(io.RawIOBase):
    """A write-only binary file that knows the digest of what was written to it.

    Attributes:
        size: bytes written so far.
    """

    def __init__(self, create: Callable[[], BinaryIO]) -> None:
        """Begin.

        Args:
            create: opens the file that receives the bytes, once there are more than `SMALL`.
        """
        self._create = create
        self._small = bytearray()
        self._large: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        """Say yes, as binary files do."""
        return True

    def tell(self) -> int:
        """Count the bytes written."""
        return self.size

    def write(self, data: Any, /) -> int:
        """Take bytes, or anything that has the buffer interface and is contiguous."""
        view = memoryview(data).cast("B")
        if self._large is None and self.size + view.nbytes <= SMALL:
            self._small += view
        else:
            self._pass_on(view)
        self.size += view.nbytes
        return view.nbytes

    def finish(self) -> bytes | None:
        """Complete the file.

        Returns:
            The bytes, if they were few enough to be kept here; else they are in the file.
        """
        if self._large is None:
            return bytes(self._small)
        self._large.close()
        return None

    def abandon(self) -> None:
        """Close the file after a failure; what it holds is of no use."""
        if self._large is not None:
            self._large.close()

    def digest(self) -> str:
        """Give the sha256 of what was written, in hex."""
        if self._large is None:
            return hashlib.sha256(self._small).hexdigest()
        return self._hash.hexdigest()

    def _pass_on(self, view: memoryview) -> None:
        if self._large is None:
            self._large = self._create()
            self._copy(memoryview(self._small), self._large)
            self._small = bytearray()
        self._copy(view, self._large)

    def _copy(self, view: memoryview, file: BinaryIO) -> None:
        for start in range(0, view.nbytes, CHUNK):
            chunk = view[start : start + CHUNK]
            self._hash.update(chunk)
            file.write(chunk)


class _Nowhere(io.BytesIO):
    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def digest_of(dump: Callable[[Spool], object]) -> str:
    """Give the sha256 of what a function writes, in hex, keeping none of it."""
    spool = Spool(_Nowhere)
    dump(spool)
    return spool.digest()


def digest_of_file(file: BinaryIO) -> str:
    """Give the sha256 of a file from where it stands to its end, in hex."""
    found = hashlib.sha256(head := file.read(CHUNK))
    if len(head) == CHUNK:
        buffer = memoryview(bytearray(CHUNK))
        while count := cast("BufferedIOBase", file).readinto(buffer):
            found.update(buffer[:count])
    return found.hexdigest()
