"""What can be wrong with running one step, other than the user's own exceptions."""

from __future__ import annotations

from flowyml.diagnostics import FlowymlError


class BindError(FlowymlError, TypeError):
    """A step cannot be called with what it was given."""


class OutputError(FlowymlError, ValueError):
    """A step returned something else than the outputs it declares."""


class DriftError(FlowymlError, RuntimeError):
    """The worker's source of a step is not the source that was compiled."""
