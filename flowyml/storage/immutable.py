"""Which values may be handed from step to step as they are."""

from __future__ import annotations

from typing import cast

_ATOMS = frozenset({type(None), bool, int, float, str, bytes})


def is_immutable(value: object) -> bool:
    """Tell whether a consumer could not change the value even if it tried.

    True for None, bool, int, float, str, bytes and tuples of these, of exactly these types: a
    subclass may carry attributes. Everything else crosses the store (docs/semantics.md §2.1).

    Example:
        >>> is_immutable((1, ("a", None))), is_immutable([1])
        (True, False)
    """
    pending: list[object] = [value]
    for item in pending:
        if type(item) is tuple:
            pending.extend(cast("tuple[object, ...]", item))
        elif type(item) not in _ATOMS:
            return False
    return True
