"""Names that are told apart."""

from __future__ import annotations

from collections.abc import Iterable


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Number repeated names in order of appearance, never taking a name that is there already.

    Example:
        >>> unique_names(["train", "score", "train"])
        ('train', 'score', 'train-2')
    """
    wanted = tuple(names)
    taken = set(wanted)
    given: set[str] = set()
    return tuple(_next(name, taken, given) for name in wanted)


def _next(name: str, taken: set[str], given: set[str]) -> str:
    found, number = name, 1
    while found in given or (number > 1 and found in taken):
        number += 1
        found = f"{name}-{number}"
    given.add(found)
    return found
