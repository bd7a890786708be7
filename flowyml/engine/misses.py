"""Why the cache has no answer: how a key differs from the nearest one that it knows."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flowyml.runtime.cache_key import Key
from flowyml.runtime.task import Task
from flowyml.storage.cache import CacheIndex, Entry

_LONGEST = 40  # characters of a value in a reason


class Misses:
    """Explains misses; reads all entries once, when it is first asked.

    Args:
        index: the entries.
    """

    def __init__(self, index: CacheIndex) -> None:
        self._index = index

    @functools.cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return tuple(self._index.entries())

    def explain(self, key: Key, task: Task) -> str:
        """Say what keeps the cache from answering for a step.

        The entry that differs in the fewest parts is the one that is compared, the latest of them.
        """
        parts: dict[str, Any] = json.loads(json.dumps(key.parts))
        known = [
            ([*_differences(parts, entry.parts)], entry)
            for entry in self._entries
            if entry.step == task.step or entry.parts.get("code") == task.digest
        ]
        if not known:
            return "nothing is kept of it"
        known.sort(key=lambda each: each[1].created_at, reverse=True)
        found, _ = min(known, key=lambda each: len(each[0]))
        return "; ".join(found) or "what it gave is gone from the store, or broken"


def _differences(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[str]:
    for part in dict.fromkeys([*_SAYS, *new, *old]):
        ours, theirs = new.get(part), old.get(part)
        if ours != theirs:
            say: Callable[..., Iterator[str]] = _SAYS.get(part, _changed)
            yield from say(part, ours, theirs)


def _changed(part: str, *_: Any) -> Iterator[str]:
    yield f"{part} changed"


def _code(*_: Any) -> Iterator[str]:
    yield "its code changed"


def _function(*_: Any) -> Iterator[str]:
    yield "what the function of cache= gives changed"


def _outputs(*_: Any) -> Iterator[str]:
    yield "it declares other outputs"


def _each(word: str, change: Callable[[Any, Any], str]) -> Callable[..., Iterator[str]]:
    """Make the words for a part that holds several values by name."""

    def differences(
        _: str, new: Mapping[str, Any] | None, old: Mapping[str, Any] | None
    ) -> Iterator[str]:
        ours: Mapping[str, Any] = new or {}
        theirs: Mapping[str, Any] = old or {}
        for name in sorted({*ours, *theirs}):
            if ours.get(name) != theirs.get(name) or (name in ours) != (name in theirs):
                yield f"{word.format(name)} {change(ours.get(name), theirs.get(name))}"

    return differences


def _another(_new: Any, _old: Any) -> str:
    return "is another one"


def _values(new: Any, old: Any) -> str:
    return f"is {_short(new)}, was {_short(old)}"


def _versions(new: Any, old: Any) -> str:
    return f"is {new or 'not installed or reached'}, was {old or 'not installed or reached'}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_SAYS: dict[str, Callable[..., Iterator[str]]] = {
    "code": _code,
    "taken along": _each("'{}', which it took along,", _another),
    "globals": _each("the global '{}'", _another),
    "environment": _each("{}", _versions),
    "inputs": _each("input '{}'", _another),
    "parameters": _each("parameter '{}'", _values),
    "files": _each("the file that {} names", _another),
    "run date": _changed,
    "cache=": _function,
    "outputs": _outputs,
}
