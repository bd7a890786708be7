"""What can go wrong when a step runs; imported when something does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowyml.diagnostics import FlowymlError

__name__ = "flowyml.runtime"  # the classes are called by the name that users import them by


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


class NestedError(FlowymlError, RuntimeError):
    """The pipeline that a dynamic step built is none, or failed.

    Attributes:
        steps: what became of its steps, by name, each as `Outcome.to_dict` writes it.
    """

    def __init__(self, message: str, steps: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        super().__init__(message, steps or {})
        self.steps = steps or {}

    def __str__(self) -> str:
        return str(self.args[0])


class DriftError(FlowymlError, RuntimeError):
    """The worker's source of a step is not the source that was compiled."""
