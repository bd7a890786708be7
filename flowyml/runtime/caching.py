"""The cache of step results, used wherever a step runs (docs/semantics.md §4)."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from flowyml.diagnostics import UsageError
from flowyml.runtime.cache_key import Key
from flowyml.runtime.environment import edited
from flowyml.runtime.outcome import Noted
from flowyml.runtime.task import CACHE, STORE, Task, ValueStore
from flowyml.runtime.texts import stored_texts
from flowyml.storage import Reference, StoreError

if TYPE_CHECKING:
    from flowyml.frontend.digest_kept import Reach
    from flowyml.storage.cache import CacheIndex, Result
    from flowyml.storage.store import ArtifactStore

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
        self._edited: dict[Reach, str] = {}

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
        return self._given(kept.placed(whole)) if len(whole) == len(found) else None

    def unread(self) -> Cache:
        """Give this cache for a step that is to run in any case: what it gives is kept in it."""
        return _Unread(self.index, self._store)

    def texts(self, reference: Reference) -> tuple[str, ...]:
        """Give the texts in a small stored value, which may name files."""
        if (reference.format, reference.digest) in self._textless:
            return ()
        return stored_texts(reference)

    def edited(self, reached: Reach) -> str:
        """Name an edited module that code reaches, or none; looked for once, as a run's code is."""
        found = self._edited.get(reached)
        if found is None:
            found = self._edited[reached] = edited(reached)
        return found

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
                    outputs=self._kept(outputs),
                    texts=noted.texts,
                    metrics=noted.metrics,
                )
            )
        except (OSError, StoreError) as error:
            _log.warning("step '%s' could not be cached: %s", task.name, error)

    def _given(self, found: Result) -> Result | None:
        """Give a result as the run is to have it."""
        return found

    def _kept(self, outputs: Mapping[str, Reference]) -> Mapping[str, Reference]:
        """Give the outputs of a run as the cache is to have them."""
        return outputs


class _Unread(Cache):
    def find(self, key: Key) -> None:  # noqa: ARG002
        return None


@runtime_checkable
class Places(Protocol):
    """A `ValueStore` of one run alone, where somebody else says what file a value goes to."""

    def place(self, name: str, reference: Reference) -> Reference:
        """Copy a stored value to where the output called `name` belongs.

        Raises:
            StoreError: it is gone, broken, or cannot be reached.
            OSError: the file cannot be written.
        """
        ...


class _Copying(Cache):
    """A cache beside a store that only this run sees: values are copied out of it and into it."""

    def __init__(self, index: CacheIndex, store: ArtifactStore, run: Places) -> None:
        super().__init__(index, store)
        self._run = run

    def _given(self, found: Result) -> Result | None:
        placed: dict[str, Reference] = {}
        for name, reference in found.outputs.items():
            try:
                placed[name] = self._run.place(name, reference)
            except (OSError, StoreError) as error:
                _log.warning("the cache cannot be read: %s", error)
                return None
        return found.placed(placed)

    def _kept(self, outputs: Mapping[str, Reference]) -> Mapping[str, Reference]:
        return {name: self._store.take(reference) for name, reference in outputs.items()}


def shared_cache(store: ValueStore, otherwise: str | None = None) -> Cache | None:
    """Open the cache that a worker shares with others, if its environment names one.

    Args:
        store: where the worker's values are. If others do not find them there, the cache has copies
            in the store that `FLOWYML_ARTIFACT_STORE` names; without that there is no cache.
        otherwise: the cache if the environment names none; a name that is empty is that of none.
    """
    place = os.environ.get(CACHE, otherwise)
    if not place:
        return None
    from flowyml.storage.cache import CacheIndex
    from flowyml.storage.store import ArtifactStore

    if isinstance(store, ArtifactStore):
        return Cache(CacheIndex(place), store)
    shared = os.environ.get(STORE)
    if not shared or not isinstance(store, Places):
        return None
    return _Copying(CacheIndex(place), ArtifactStore(shared), store)
