"""Exceptions on their way out of a child process.

Many cannot be pickled, and many that can cannot be loaded: those whose `__init__` takes other
arguments than it hands on. The parent needs them all the same, for `retry(on=…)` and fallbacks.
"""

from __future__ import annotations

import pickle
from typing import Any

from flowyml.runtime import ChildDiedError
from flowyml.runtime.by_value import dumps


class ChildTraceback(Exception):  # noqa: N818 - it stands for where an error was raised
    """Where an exception was raised in a child process: the cause of the exception here."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def packed(error: BaseException) -> bytes:
    """Pickle an exception with its class, its arguments and where it was raised."""
    from flowyml.runtime.tracebacks import user_traceback

    text = user_traceback(error)
    return _pickled((error, text)) or _pickled((_Parts(error), text)) or pickle.dumps((None, text))


def unpacked(made: bytes, what: str) -> BaseException:
    """Rebuild what `packed` pickled.

    Args:
        made: the pickle.
        what: who raised it, for a message.

    Returns:
        The exception; if not even its class can be had, a `ChildDiedError`.
    """
    found, text = pickle.loads(made)  # noqa: S301 - our child wrote it
    error = found.build() if isinstance(found, _Parts) else found
    if error is None:
        error = ChildDiedError(f"{what} raised an exception whose class cannot be pickled")
    error.__cause__ = ChildTraceback(text)
    return error


class _Parts:
    """What an exception consists of, but for what cannot be pickled."""

    def __init__(self, error: BaseException) -> None:
        self._kind = type(error)
        self._args = tuple(arg if _pickled(arg) else repr(arg) for arg in error.args)
        self._state = {name: value for name, value in vars(error).items() if _pickled(value)}

    def build(self) -> BaseException:
        error = self._kind.__new__(self._kind, *self._args)
        error.args = self._args
        vars(error).update(self._state)
        return error


def _pickled(value: Any) -> bytes | None:
    """Pickle a value; None if it cannot be pickled, or not be loaded again."""
    try:
        made = dumps(value)
        pickle.loads(made)  # noqa: S301 - just made
    except Exception:  # users' classes do as they like
        return None
    return made
