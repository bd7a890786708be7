"""The cache of step results, used wherever a step runs (docs/semantics.md §4)."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flowyml.diagnostics import UsageError
from flowyml.runtime.cache_key import Key
from flowyml.runtime.noted import Noted
from flowyml.runtime.task import Task, ValueStore
from flowyml.runtime.texts import stored_texts
from flowyml.storage.errors import StoreError
from flowyml.storage.reference import Reference

if TYPE_CHECKING:
    from flowyml.storage.cache import CacheIndex, Result
    from flowyml.storage.store import ArtifactStore

CACHE = "FLOWYML_CACHE"
"""The environment variable that names a cache which the workers share; without it they have none.
"""

_log = logging.getLogger("flowyml")


class Cache:
    """Finds what a step gave before, and keeps what it gives now.

    A cache never fails a step: what cannot be read is a miss, what cannot be written is logged.

    Args:
        index: the entries.
        store: where the values of this run are; what is not there is a miss.
    """

    def __init__(self, index: CacheIndex, store: ArtifactStore) -> None:
        self.index = index
        self._store = store
        self._textless: set[tuple[str, str]] = set()

    def find(self, key: Key) -> Result | None:
        """Give what is behind a key, if all its outputs are in the store and intact."""
        try:
            kept = self.index.find(key.digest)
            if kept is None:
                return None
            found = {name: self._store.find(ref) for name, ref in kept.outputs.items()}
        except (OSError, StoreError, UsageError) as error:
            _log.warning("the cache cannot be read: %s", error)
            return None
        whole = {name: ref for name, ref in found.items() if ref is not None}
        self._note(whole, kept.texts)
        return kept.placed(whole) if len(whole) == len(found) else None

    def unread(self) -> Cache:
        """Give this cache for a step that is to run in any case: what it gives is kept in it."""
        return _Unread(self.index, self._store)

    def texts(self, reference: Reference) -> tuple[str, ...]:
        """Give the texts in a small stored value, which may name files."""
        if (reference.format, reference.digest) in self._textless:
            return ()
        return stored_texts(reference)

    def _note(self, outputs: Mapping[str, Reference], texts: Sequence[str]) -> None:
        """Remember in which values there is no text, so that nobody has to read them for it."""
        self._textless.update(
            (ref.format, ref.digest) for name, ref in outputs.items() if name not in texts
        )

    def keep(self, key: Key, task: Task, outputs: Mapping[str, Reference], noted: Noted) -> None:
        """Keep what a step gave, if it may be given again.

        Not if an item of a map failed, or if a file that joined the key has changed. Nor, unless
        `cache=` asks for it, if all is None: the step may have been run for its effect.
        """
        from flowyml.storage.cache import Entry

        self._note(outputs, noted.texts)
        if not noted.whole or (noted.nothing and not task.cache) or not key.files.unchanged():
            return
        try:
            self.index.add(
                Entry(
                    key=key.digest,
                    step=task.step,
                    name=task.name,
                    parts=key.parts,
                    outputs=outputs,
                    texts=noted.texts,
                    metrics=noted.metrics,
                )
            )
        except (OSError, StoreError) as error:
            _log.warning("step '%s' could not be cached: %s", task.name, error)


class _Unread(Cache):
    def find(self, key: Key) -> None:  # noqa: ARG002
        return None


def shared_cache(store: ValueStore) -> Cache | None:
    """Open the cache that a worker shares with others, if its environment names one.

    Args:
        store: where the worker's values are; None is given unless others can find them there.
    """
    place = os.environ.get(CACHE)
    if not place:
        return None
    from flowyml.storage.cache import CacheIndex
    from flowyml.storage.store import ArtifactStore

    return Cache(CacheIndex(place), store) if isinstance(store, ArtifactStore) else None
