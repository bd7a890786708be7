"""Context values become the type that the IR states, on every worker (docs/semantics.md §2.5), and
text becomes dates.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}
_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a dict",
    "null": "null",
}
_TRUTH = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def cast(value: Any, type_: str, *, nullable: bool = False) -> Any:
    """Give a value the type that the IR states for its key.

    A whole number becomes a float where a number is asked for, and text is read as `parse_text`
    does where it is not text that is asked for: orchestrators hand some values over as text. Dicts
    come with their keys sorted: JSON objects have no order, and not every target keeps the one that
    was written.

    Args:
        value: JSON-like data.
        type_: a JSON type, or `any`.
        nullable: whether None is a value too.

    Raises:
        ValueError: the value is not of that type; the message says what is asked for.
    """
    if type_ == "any" or (value is None and (nullable or type_ == "null")):
        return _sorted(value)
    if isinstance(value, str) and type_ != "string":
        return _sorted(parse_text(value, type_, nullable=nullable))
    if type(value) not in _TYPES.get(type_, ()):
        raise ValueError(f"{value!r} is not {_WORDS[type_]}")
    return _finite(value) if type_ == "number" else _sorted(value)


def _sorted(value: Any) -> Any:
    """Sort the keys of dicts, at every depth."""
    walk = _WALKS.get(value.__class__)
    return walk(value) if walk else value


_WALKS: dict[type, Callable[[Any], Any]] = {
    dict: lambda items: {key: _sorted(items[key]) for key in sorted(items)},
    list: lambda items: [_sorted(item) for item in items],
}


def parse_text(text: str, type_: str, *, nullable: bool = False) -> Any:
    """Read a value from text, as a command line or a trigger form gives it.

    Lists, dicts and values of any type are JSON; a value of any type that is not JSON is the text.

    Raises:
        ValueError: the text is no such value.
    """
    may_be_nothing = type_ == "null" or (nullable and type_ != "string")
    if may_be_nothing and text in ("null", "None", ""):
        return None
    try:
        return _READERS[type_](text)
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is not {_WORDS[type_]}") from None


def parse_moment(text: str) -> datetime:
    """Read ISO 8601 as a moment in UTC; what states no offset is UTC.

    Raises:
        ValueError: it is none, or is in no year from 1 to 9999 of UTC.
    """
    text = text.strip()  # Python before 3.11 knows no `Z`
    found = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] == "Z" else text)
    aware = found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    try:
        return aware.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _finite(value: Any) -> float:
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond the largest float
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number that JSON can hold")
    return number


def _json(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = _parsed(text)
        if type(value) is not kind:
            raise ValueError(text)
        return value

    return read


def _any(text: str) -> Any:
    try:
        return _parsed(text)
    except ValueError:
        return text


def _parsed(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _refuse(text: str) -> Any:
    """Refuse what Python's JSON has beyond JSON: NaN and the infinities."""
    raise ValueError(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: _TRUTH[text.strip().lower()],
    "integer": lambda text: int(text.strip()),
    "number": _finite,
    "string": str,
    "array": _json(list),
    "object": _json(dict),
    "any": _any,
    "null": _refuse,
}
