"""What a value may be besides its type: some of JSON Schema's keywords, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias, cast

Rules: TypeAlias = dict[str, tuple[str, Callable[[Any, Any], bool]]]

_NUMBERS: Rules = {
    "minimum": ("at least {}", lambda value, limit: value >= limit),
    "exclusiveMinimum": ("more than {}", lambda value, limit: value > limit),
    "maximum": ("at most {}", lambda value, limit: value <= limit),
    "exclusiveMaximum": ("less than {}", lambda value, limit: value < limit),
    "multipleOf": ("a multiple of {}", lambda value, limit: _is_multiple(value, limit)),
}
_TEXTS: Rules = {
    "minLength": ("at least {} characters long", lambda value, limit: len(value) >= limit),
    "maxLength": ("at most {} characters long", lambda value, limit: len(value) <= limit),
    "pattern": ("text that matches {}", lambda value, limit: re.search(limit, value) is not None),
}
_LISTS: Rules = {
    "minItems": ("a list of at least {}", lambda value, limit: len(value) >= limit),
    "maxItems": ("a list of at most {}", lambda value, limit: len(value) <= limit),
}
_TABLES: Rules = {
    "minProperties": ("a dict of at least {}", lambda value, limit: len(value) >= limit),
    "maxProperties": ("a dict of at most {}", lambda value, limit: len(value) <= limit),
}
_OF_VALUES: dict[type[object], Rules] = {
    **dict.fromkeys((int, float), _NUMBERS),
    str: _TEXTS,
    list: _LISTS,
    dict: _TABLES,
}
_OF_TYPES: dict[str, Rules] = {
    **dict.fromkeys(("integer", "number"), _NUMBERS),
    "string": _TEXTS,
    "array": _LISTS,
    "object": _TABLES,
    "any": {**_NUMBERS, **_TEXTS, **_LISTS, **_TABLES},
}
_ENUM = "enum"
UNREAD = "unread"
"""Not a limit, but what an annotation says and flowyml does not do; no checked IR holds it."""


def broken(value: Any, limits: Mapping[str, Any]) -> str:
    """Say what a value would have to be; empty if it keeps every limit. None keeps all.

    As in JSON Schema, a limit of numbers says nothing of text, and so on.

    Example:
        >>> broken(3, {"exclusiveMinimum": 0, "maximum": 1})
        'at most 1'
    """
    if value is None or not limits:
        return ""
    return " and ".join(_broken(value, limits))


def unfit(limits: Mapping[str, Any], type_: str) -> str:
    """Say what is wrong with limits for values of a JSON type; empty if they suit.

    Example:
        >>> unfit({"minLength": 3}, "integer")
        'minLength means nothing to a value of type integer'
    """
    if unread := limits.get(UNREAD):
        return f"{', '.join(unread)} would have no effect, as only limits are kept"
    rules = _OF_TYPES.get(type_, {})
    problems = (
        _wrong(name, limit) if name in rules else f"{name} means nothing to a value of type {type_}"
        for name, limit in limits.items()
        if name != _ENUM
    )
    return next(filter(None, problems), "")


def _wrong(name: str, limit: Any) -> str:
    """Say why a limit itself is none."""
    kind: type[object] = cast("Any", type(limit))
    if name == "pattern":
        try:
            re.compile(limit)
        except re.error as error:
            return f"the pattern {limit!r} does not compile: {error}"
        return ""
    if name in _NUMBERS:
        right = kind in (int, float) and (name != "multipleOf" or limit > 0)
    else:
        right = kind is int and limit >= 0
    return "" if right else f"{name} cannot be {limit!r}"


def _is_same(value: Any, other: Any) -> bool:
    return isinstance(value, bool) is isinstance(other, bool) and bool(value == other)


def _is_multiple(value: float, of: float) -> bool:
    return value % of == 0 if isinstance(of, int) else float(value / of).is_integer()


def _broken(value: Any, limits: Mapping[str, Any]) -> Iterator[str]:
    known = limits.get(_ENUM)
    if known is not None and not any(map(partial(_is_same, value), known)):
        yield f"one of {', '.join(map(repr, known))}"
    kind: type[object] = cast("Any", type(value))
    for name, (words, kept) in _OF_VALUES.get(kind, {}).items():
        if name in limits and not kept(value, limits[name]):
            yield words.format(repr(limits[name]))
