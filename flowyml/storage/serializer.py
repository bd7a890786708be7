"""What a serializer is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, cast

if TYPE_CHECKING:
    from flowyml.storage.spool import Spool


class Serializer(ABC):
    """One way to store values; inherit from it and leave out what it does already.

    What `load` gives must equal what `dump` took, types included (docs/semantics.md §2.2). Values
    are offered to the newest registered serializer first.

    Attributes:
        name: what a reference calls the format. It must not change: stored references say it.
        suffix: the ending of the stored file, with its dot.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def accepts(self, value: Any) -> bool:
        """Tell, cheaply, whether this serializer can store the value so that it comes back equal.

        It is asked about every value, so it must not import a library to find out.
        """

    @abstractmethod
    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write the value; the file only takes bytes and cannot seek.

        Raises:
            UnserializableError: a part of the value cannot be stored.
        """

    @abstractmethod
    def load(self, file: BinaryIO) -> Any:
        """Read a value; the bytes have been verified, and the file can seek.

        Raises:
            UnloadableError: this Python cannot rebuild it.
        """

    def equal(self, a: Any, b: Any) -> bool:
        """Tell whether two values are the same: types included, NaN equal to NaN."""
        from flowyml.storage.equality import equal

        return equal(a, b)

    def content_digest(self, value: Any) -> str:
        """Give a sha256 in hex that no value of other content has.

        The reverse may not hold: equal values can have different digests (a set, whose order
        depends on the process), and then a cache misses.
        """
        from flowyml.storage.spool import digest_of

        def dump(spool: Spool) -> None:
            self.dump(value, cast("BinaryIO", spool))

        return digest_of(dump)
