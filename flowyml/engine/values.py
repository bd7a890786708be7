"""Values between the steps of one run."""

from __future__ import annotations

from typing import Any

from flowyml.runtime import ValueStore
from flowyml.storage import Reference, is_immutable

_SMALL = 4096  # bytes: ten thousand such values are 40 MB at most


class RunStore:
    """A store that hands small immutable values over live, and loads all others from their bytes.

    A value that nobody can change needs no copy of its own for every reader (docs/semantics.md
    §2.1). It is stored all the same.
    """

    def __init__(self, store: ValueStore) -> None:
        self._store = store
        self.url: str | None = getattr(store, "url", None)
        self._live: dict[tuple[str, str], Any] = {}

    def __reduce__(self) -> tuple[type[RunStore], tuple[ValueStore]]:
        """Travel without the values: what is handed over live stays in its process."""
        return RunStore, (self._store,)

    def save(self, name: str, value: Any) -> Reference:
        """Store a value."""
        reference = self._store.save(name, value)
        if reference.asset is None and reference.size <= _SMALL and is_immutable(value):
            self._live[reference.format, reference.digest] = value
        return reference

    def load(self, reference: Reference) -> Any:
        """Give the value behind a reference."""
        key = (reference.format, reference.digest)
        return self._live[key] if key in self._live else self._store.load(reference)
