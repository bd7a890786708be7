"""Values as bytes: files that know their digest, and what a serializer is, JSON the first."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from io import BufferedIOBase
from typing import Any, BinaryIO, ClassVar, cast

from flowyml.diagnostics import UsageError, near
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

        def dump(spool: Spool) -> None:
            self.dump(value, cast("BinaryIO", spool))

        return digest_of(dump)


_DEPTH = 100  # far below where the JSON library's own recursion ends
_INTEGER_BITS = 2000  # Python refuses to read longer ones where its digit limit is set lowest (640)


class JsonSerializer(Serializer):
    """None, bool, int, finite float, str, and lists and str-keyed dicts of exactly these types.

    A list or dict that occurs twice is left to pickling, which keeps it one object; so is what
    contains itself.
    """

    name = "json"
    suffix = ".json"

    def accepts(self, value: object) -> bool:
        """Tell whether the value comes back from JSON as it was."""
        level: list[object] = [value]
        seen: set[int] = set()
        for _ in range(_DEPTH):
            inner: list[object] = []
            if not all(_plain(item, inner, seen) for item in level):
                return False
            if not inner:
                return True
            level = inner
        return False

    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write compact UTF-8, keys in their order."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file.write(text.encode())

    def load(self, file: BinaryIO) -> Any:
        """Read the value."""
        return json.loads(file.read())


def _plain(item: object, inner: list[object], seen: set[int]) -> bool:
    """Judge one item; what it contains is added to `inner`, to be judged next."""
    if type(item) is str:
        return is_encodable(item)
    if type(item) is int:
        return item.bit_length() <= _INTEGER_BITS
    if type(item) is float:
        return math.isfinite(item)
    if type(item) is list or type(item) is dict:
        return _plain_container(cast("object", item), inner, seen)
    return item is None or type(item) is bool


def _plain_container(item: object, inner: list[object], seen: set[int]) -> bool:
    if id(item) in seen:
        return False
    seen.add(id(item))
    if type(item) is list:
        items = cast("list[object]", item)
        if set(map(type, items)) == {float}:  # a long series of numbers, judged at once
            return all(map(math.isfinite, cast("list[float]", items)))
        inner.extend(items)
        return True
    pairs = cast("dict[object, object]", item)
    inner.extend(pairs.values())
    return all(type(key) is str and is_encodable(key) for key in pairs)


def is_encodable(text: str) -> bool:
    """Tell whether a text has a UTF-8 form: half a surrogate pair has none."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_JSON = JsonSerializer()
_registered: tuple[Serializer, ...] = ()
_known: tuple[tuple[Serializer, ...] | None, Mapping[str, Serializer]] = (None, {})
"""The serializers by name, and those registered that are among them."""


def register_serializer(serializer: Serializer) -> None:
    """Let a serializer of your own take the values that it accepts.

    Call it at the top of a module that your steps live in or import, so that every worker has it.
    Registering a class of the same name again, as a reloaded module does, replaces the first.

    Raises:
        UsageError: another serializer has that name.
    """
    global _registered
    kept = tuple(each for each in _registered if not _replaces(serializer, each))
    if any(each.name == serializer.name for each in (*kept, *_built_in())):
        raise UsageError(
            f"a serializer named '{serializer.name}' exists; stored references say this name, so "
            f"give {type(serializer).__qualname__} another"
        )
    _registered = (serializer, *kept)


@functools.cache
def _built_in() -> tuple[Serializer, ...]:
    """Give our own; a worker whose values are JSON does without the others."""
    from flowyml.storage.arrays import ArraySerializer
    from flowyml.storage.frames import FrameSerializer
    from flowyml.storage.pickles import PickleSerializer

    return _JSON, ArraySerializer(), FrameSerializer(), PickleSerializer()


def _replaces(new: Serializer, old: Serializer) -> bool:
    a, b = type(new), type(old)
    same_class = (a.__module__, a.__qualname__) == (b.__module__, b.__qualname__)
    return new.name == old.name and same_class


def serializer_for(value: Any) -> Serializer:
    """Choose the serializer of a value; pickling takes what nothing else does."""
    for each in (*_registered, _JSON):
        if each.accepts(value):
            return each
    return next(each for each in _built_in() if each.accepts(value))


def serializer_named(name: str) -> Serializer:
    """Find the serializer that wrote a format.

    Raises:
        UsageError: there is none of that name here; says which is near.
    """
    if name == _JSON.name:
        return _JSON
    known = _by_name()
    if name not in known:
        raise UsageError(
            f"unknown format '{name}' of a stored value; {near(name, known)}; a format of your own "
            f"must be registered here too (flowyml.storage.register_serializer)"
        )
    return known[name]


def _by_name() -> Mapping[str, Serializer]:
    """Give all serializers by name; asked for every value, so it is put together once."""
    global _known
    registered, found = _known
    if registered is not _registered:
        found = {each.name: each for each in (*_built_in(), *_registered)}
        _known = _registered, found
    return found
