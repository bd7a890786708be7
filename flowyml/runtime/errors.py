"""What can be wrong with running one step, other than the user's own exceptions."""

from __future__ import annotations

from flowyml.diagnostics import FlowymlError


class BindError(FlowymlError, TypeError):
    """A step cannot be called with what it was given."""


class OutputError(FlowymlError, ValueError):
    """A step returned something else than the outputs it declares."""


class FinalFailure(FlowymlError, RuntimeError):  # noqa: N818 - it is the failure that is final
    """An attempt failed with an exception that the retry policy does not name."""


class StepTimeoutError(FlowymlError, TimeoutError):
    """An attempt took longer than its step allows; its process was ended."""


class ChildDiedError(FlowymlError, RuntimeError):
    """The process of an attempt ended without saying what became of it."""


class UnsendableError(FlowymlError, TypeError):
    """A step's code cannot be sent to the process that is to run it."""


class NotThereError(FlowymlError, ImportError):
    """A worker cannot import a step, or imports another one than was sent to it."""


class ExitedError(FlowymlError, RuntimeError):
    """A step, predicate or fallback left with `sys.exit()` instead of returning."""


class DriftError(FlowymlError, RuntimeError):
    """The worker's source of a step is not the source that was compiled."""
