"""Files that values name: their content joins a step's cache key (docs/semantics.md §4.2)."""

from __future__ import annotations

import dataclasses
import os
import re
import stat
from collections.abc import Iterable
from typing import TypeAlias

from flowyml.storage.serializers import digest_of_file

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")

Stamp: TypeAlias = "tuple[str, int, int, int]"
"""A path, and what changes when somebody writes the file."""


@dataclasses.dataclass(kw_only=True)
class FilesNamed:
    """What the values of one step name.

    Attributes:
        digests: for each name of a value, the fingerprints of the files, in order.
        unclear: why a fingerprint says too little, as clauses: a folder, a URL without an etag.
        stamps: what the local files looked like.
    """

    digests: dict[str, list[str]] = dataclasses.field(default_factory=dict[str, list[str]])
    unclear: list[str] = dataclasses.field(default_factory=list[str])
    stamps: list[Stamp] = dataclasses.field(default_factory=list["Stamp"])

    def look_at(self, name: str, texts: Iterable[str], *, urls: bool) -> None:
        """Fingerprint every file that a text of one value names.

        Args:
            name: what the value is called: `parameter 'path'`.
            texts: the texts in it.
            urls: whether to ask for what is at a URL too.
        """
        for text in texts:
            local = text.removeprefix("file://")
            if _URL.fullmatch(local):
                found = self._at_url(name, local) if urls else None
            else:
                found = self._in_folder(name, local)
            if found is not None:
                self.digests.setdefault(name, []).append(found)

    def unchanged(self) -> bool:
        """Tell whether the local files still look as they did."""
        return all(_stamp(stamp[0]) == stamp for stamp in self.stamps)

    def _at_url(self, name: str, url: str) -> str | None:
        from flowyml.storage.remote_files import url_fingerprint

        found = url_fingerprint(url)
        if found is None:
            self.unclear.append(f"{name} names {url}, which has no etag to go by")
        return found

    def _in_folder(self, name: str, path: str) -> str | None:
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 - pathlib costs more, for every text
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "no plain file"
            self.unclear.append(f"{name} names '{path}', which is {what}")
            return None
        try:
            stamp = _stamp(path)
            with open(path, "rb") as file:  # noqa: PTH123
                found = digest_of_file(file)
        except OSError as error:
            self.unclear.append(f"{name} names '{path}', which cannot be read: {error.strerror}")
            return None
        if stamp is not None:
            self.stamps.append(stamp)
        return found


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return path, status.st_mtime_ns, status.st_size, status.st_ino
