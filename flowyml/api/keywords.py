"""Unknown keywords are errors that name the nearest known one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from flowyml.diagnostics import near


def refuse_unknown(function: Callable[..., Any], unknown: Iterable[str]) -> None:
    """Raise for keywords that a function does not have.

    Raises:
        TypeError: there is one; names the closest keyword that exists.
    """
    for name in unknown:
        known = [
            p.name
            for p in inspect.signature(function).parameters.values()
            if p.kind != p.VAR_KEYWORD
        ]
        owner = function.__qualname__.removesuffix(".__init__")
        raise TypeError(f"{owner}() has no keyword '{name}'; {near(name, set(known) - {'self'})}")


def flag(keyword: str, value: bool) -> bool:  # noqa: FBT001 - it is what is checked
    """Check a keyword that is on or off: any text would count as on.

    Raises:
        TypeError: neither True nor False.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{keyword}= takes True or False, not {value!r}")
    return value
