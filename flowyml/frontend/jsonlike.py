"""Which Python values are plain JSON, exactly."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pydantic import JsonValue


def json_problem(value: Any, at: str = "") -> str | None:
    """Say what keeps a value from being plain JSON, or None if nothing does.

    Plain are None, bool, int, finite float, str, and lists and str-keyed dicts of these; subclasses
    are not, because they would come back as something else (docs/semantics.md §2.5).

    Example:
        >>> json_problem({"sizes": (1, 2)})
        "['sizes'] is a tuple; use a list"
    """
    where = at or "it"
    kind: type[object] = cast("Any", type(value))
    if kind in (type(None), bool, int):
        return None
    if kind is float:
        return None if math.isfinite(value) else f"{where} is {value}, which JSON cannot hold"
    if kind is str:
        return _text_problem(value, where)
    if kind is list:
        return _first(json_problem(item, f"{at}[{n}]") for n, item in enumerate(value))
    if kind is dict:
        return _first(_item_problem(key, item, at) for key, item in value.items())
    hint = "; use a list" if kind in (tuple, set, frozenset) else ""
    return f"{where} is a {kind.__name__}{hint}"


def copied(value: JsonValue) -> JsonValue:
    """Copy plain JSON, so that whoever holds the original changes nothing here."""
    return copy.deepcopy(value) if isinstance(value, list | dict) else value


def _item_problem(key: Any, item: Any, at: str) -> str | None:
    if type(key) is not str:
        return f"{at or 'it'} has the key {key!r}, and JSON keys are text"
    return json_problem(item, f"{at}[{key!r}]")


def _text_problem(value: str, where: str) -> str | None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return f"{where} holds half of a surrogate pair"
    return None


def _first(problems: Any) -> str | None:
    return next((problem for problem in problems if problem), None)
