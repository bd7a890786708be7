"""What can go wrong between here and a target."""

from __future__ import annotations

from flowyml.diagnostics import FlowymlError


class TargetError(FlowymlError, RuntimeError):
    """A target did not do what it was asked to; says so in the target's own words."""


class UnreachableError(TargetError, ConnectionError):
    """Nobody answered, or not in time, or the target is broken for now: asking again may help."""


class UnauthorizedError(TargetError, PermissionError):
    """The target wants other credentials, or gives these no right to what was asked."""


class RefusedError(TargetError):
    """The target understood, and refused.

    Attributes:
        status: the HTTP status.
        words: the target's own.
    """

    def __init__(self, message: str, *, status: int, words: str) -> None:
        super().__init__(message)
        self.status = status
        self.words = words
