"""Python's debugger, around one call."""

from __future__ import annotations

import bdb
import pdb
from collections.abc import Callable
from typing import Any

__all__ = ["Debugger", "Left", "look_at"]

Left = bdb.BdbQuit
"""Raised instead of what a call would have given, when the user has left the debugger."""


class Debugger(pdb.Pdb):
    """Stops where a function begins."""

    def __init__(self) -> None:
        super().__init__(nosigint=True)
        self._left = False

    def set_quit(self) -> None:
        """Note that the user has left; `bdb` calls this."""
        self._left = True
        super().set_quit()

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function from its first line on, step by step.

        Raises:
            Left: the user does not want to go on.
        """
        given = self.runcall(function, *args, **kwargs)
        if self._left:
            raise Left
        return given


def look_at(error: BaseException) -> None:
    """Stop where an exception was raised, after the fact."""
    pdb.post_mortem(error.__traceback__)
