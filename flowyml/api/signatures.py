"""Functions that are given to flowyml must tell what their parameters are called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any


def readable(what: str, function: Callable[..., Any]) -> None:
    """Check that the parameters of a function can be read.

    Args:
        what: who was given the function, for the message: `@step`.
        function: some functions of C extensions do not tell.

    Raises:
        TypeError: they cannot be read.
    """
    if type(function) is FunctionType and not vars(function):
        return  # nothing says otherwise than its code
    try:
        inspect.signature(function)
    except ValueError:
        name = getattr(function, "__name__", type(function).__name__)
        raise TypeError(
            f"{what} cannot read the parameters of {name!r}, which is not written in Python; "
            f"call it in a function of your own"
        ) from None
