"""The index of the cache: for each key, what a step gave (docs/semantics.md §4).

An entry is a small file named by its key, of two lines of JSON: what a hit needs, and what explains
a later miss. The references of the outputs are without their places, so that a cache and a store
can be moved.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from flowyml.frozen import dataclass
from flowyml.storage import Reference
from flowyml.storage.files import is_remote, names, normal_url, read, remove, sweep, write
from flowyml.storage.seen import Seen

_VERSION = 2
_decode = json.JSONDecoder().raw_decode  # `loads` looks for what no entry has, at every hit
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What comes of reading bytes that no `Entry` wrote."""


class Result(NamedTuple):
    """What one step gave once, and would give again.

    Attributes:
        outputs: a reference for each output; in the index its URI is empty.
        texts: the outputs that have texts in them, which may name files.
        metrics: the figures among the outputs.
    """

    outputs: Mapping[str, Reference]
    texts: Sequence[str]
    metrics: Mapping[str, float]

    def placed(self, outputs: Mapping[str, Reference]) -> Result:
        """Give the result with references that say where its outputs are."""
        return Result(outputs, self.texts, self.metrics)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A result, and what it is of.

    Attributes:
        outputs: see `Result`.
        texts: see `Result`.
        metrics: see `Result`.
        key: the digest of `parts`.
        step: the step's entrypoint, `module:qualname`.
        name: what the step was called in its pipeline.
        parts: what the key is made of.
        created_at: aware UTC, as ISO 8601.
    """

    outputs: Mapping[str, Reference]
    texts: Sequence[str] = ()
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict[str, float])
    key: str
    step: str
    name: str
    parts: Mapping[str, Any]
    created_at: str = dataclasses.field(
        default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="microseconds")
    )

    def to_json(self) -> bytes:
        """Write the entry."""
        outputs = {name: _without_place(ref) for name, ref in self.outputs.items()}
        fields = {**vars(self), "outputs": outputs}
        result = {name: fields.pop(name) for name in Result._fields}
        head = json.dumps({"version": _VERSION, "key": fields.pop("key"), **result})
        return f"{head}\n{json.dumps(fields)}\n".encode()

    @classmethod
    def from_json(cls, text: bytes) -> Entry | None:
        """Read an entry; None if it is none, or one of another version."""
        head, _, more = text.partition(b"\n")
        try:
            key, result = _head(head)
            return cls(key=key, **result._asdict(), **json.loads(more))
        except _UNREADABLE:
            return None


def _read_head(place: str) -> tuple[str, Result] | None:
    """Read the key and the result of an entry, and no more of it; None if it cannot be read so."""
    try:
        return _head(read(place).partition(b"\n")[0])
    except _UNREADABLE:
        return None


_heads = Seen(_read_head)


def _head(line: bytes) -> tuple[str, Result]:
    """Read an entry's first line: its key and its result.

    Raises:
        _UNREADABLE: it is no such line, or one of another version.
    """
    data, end = _decode(line.decode())
    if end != len(line) or data["version"] != _VERSION:
        raise ValueError(line)
    outputs = {name: Reference.from_dict(ref) for name, ref in data["outputs"].items()}
    return data["key"], Result(outputs, data["texts"], data["metrics"])


def size_of(entries: Iterable[Entry]) -> int:
    """Add up the bytes of the stored values that entries name, each counted once."""
    found = {(ref.digest, ref.format): ref.size for e in entries for ref in e.outputs.values()}
    return sum(found.values())


class CacheIndex:
    """The entries in a folder or at an fsspec URL.

    Entries appear whole or not at all, and two runs that make the same one write the same, so
    threads, processes and machines can share an index. Nothing is made before the first entry.

    Attributes:
        url: an absolute path, or an fsspec URL.

    Raises:
        OSError: from every method, if the place cannot be read or written.
    """

    def __init__(self, url: str | os.PathLike[str]) -> None:
        self.url = normal_url(os.fspath(url))

    def find(self, key: str) -> Result | None:
        """Give the result of a key; what cannot be read as one is none."""
        place = f"{self.url}/{_place(key)}"
        try:
            found = _read_head(place) if is_remote(place) else _heads.once(place)
        except FileNotFoundError:
            return None
        return found[1] if found is not None and found[0] == key else None

    def add(self, entry: Entry) -> None:
        """Add an entry, in the place of one with the same key."""
        text = entry.to_json()
        write(lambda file: file.write(text), self.url, lambda _: _place(entry.key), replace=True)

    def entries(self) -> Iterator[Entry]:
        """Read every entry; others may add and remove some meanwhile."""
        for name in names(self.url):
            text = self._read(name)
            entry = None if text is None else Entry.from_json(text)
            if entry is not None:
                yield entry

    def remove(self, wanted: Callable[[Entry], bool]) -> int:
        """Remove the entries that a function chooses; gives how many there were.

        The stored values stay: run records name them too.
        """
        chosen = [entry.key for entry in self.entries() if wanted(entry)]
        for key in chosen:
            remove(self.url, _place(key))
        return len(chosen)

    def sweep(self) -> None:
        """Remove what killed writers left half-written."""
        sweep(self.url)

    def _read(self, name: str) -> bytes | None:
        try:
            return read(f"{self.url}/{name}")
        except FileNotFoundError:
            return None


def _place(key: str) -> str:
    return f"{key[:2]}/{key}.json"


def _without_place(reference: Reference) -> dict[str, Any]:
    return {**reference.to_dict(), "uri": ""}
