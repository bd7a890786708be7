"""What users say of caching: `@step(cache=…)`, `Pipeline(enable_cache=…, cache_dir=…)`."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any

from flowyml.diagnostics import near

FOLDER = ".flowyml/cache"
"""Where a pipeline's cache is unless it says otherwise."""

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def checked_cache(
    cache: bool | Callable[..., object] | None,  # noqa: FBT001 - the user's keyword
    function: Callable[..., Any],
) -> bool | Callable[..., object] | None:
    """Check what `cache=` was given.

    Raises:
        TypeError: something else than True, False or a function; or a function that needs an
            argument which the step does not have.
    """
    if cache is None or isinstance(cache, bool):
        return cache
    if not callable(cache):
        raise TypeError(f"cache= takes True, False or a function, not {cache!r}")
    own = inspect.signature(function).parameters
    if any(parameter.kind in _VARIABLE for parameter in own.values()):
        return cache
    for name, parameter in inspect.signature(cache).parameters.items():
        needed = parameter.default is parameter.empty and parameter.kind not in _VARIABLE
        if needed and name not in own:
            raise TypeError(f"cache= takes '{name}', which the step does not; {near(name, own)}")
    return cache


def checked_switch(keyword: str, value: bool) -> bool:  # noqa: FBT001 - the user's keyword
    """Check a keyword that is True or False.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{keyword}= takes True or False, not {value!r}")
    return value


def checked_place(cache_dir: str | os.PathLike[str]) -> str:
    """Check where a cache is to be.

    Raises:
        TypeError: not a path.
        ValueError: an empty path.
    """
    if not isinstance(cache_dir, str | os.PathLike):
        raise TypeError(f"cache_dir= takes a path, not {type(cache_dir).__name__}")
    if not os.fspath(cache_dir):
        raise ValueError("cache_dir= must not be empty")
    return os.fspath(cache_dir)
