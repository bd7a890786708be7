"""Errors as the command line shows them: a message on standard error, and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from flowyml.diagnostics import CompileError, FlowymlError, UsageError

FAILED, USAGE, INVALID = 1, 2, 3
_PACKAGE = Path(__file__).parents[1]


def exit_code(error: FlowymlError) -> int:
    """Give the exit code that says what kind of error it is."""
    if isinstance(error, CompileError):
        return INVALID
    return USAGE if isinstance(error, UsageError) else FAILED


def described(error: FlowymlError, *, colour: bool = False) -> str:
    """Describe an error for a terminal, below the user's traceback if it was their code's."""
    from flowyml.diagnostics.missing import MissingPackageError
    from flowyml.diagnostics.render import text

    if isinstance(error, MissingPackageError):
        return text([error.diagnostic], colour=colour)
    if not isinstance(error, CompileError):
        return f"{click.style('error', fg='red', bold=True) if colour else 'error'}: {error}"
    cause = error.__cause__
    own = f"{users_traceback(cause)}\n" if cause is not None else ""
    return own + text(error.diagnostics, colour=colour)


def users_traceback(error: BaseException) -> str:
    """Format a traceback with the user's frames alone: none of flowyml's, none of importing."""
    report = traceback.TracebackException.from_exception(error)
    _keep_users(report)
    return "".join(report.format()).rstrip()


def wants_colour() -> bool:
    """Tell whether standard error is a terminal that takes colours (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _keep_users(report: traceback.TracebackException) -> None:
    kept = [frame for frame in report.stack if not _is_machinery(frame)]
    report.stack = traceback.StackSummary.from_list(kept)
    grouped = getattr(report, "exceptions", None) or ()  # of an exception group, Python 3.11 on
    for other in (report.__cause__, report.__context__, *grouped):
        if other is not None:
            _keep_users(other)


def _is_machinery(frame: traceback.FrameSummary) -> bool:
    """Tell frames of flowyml's, of importing, and of what `dataclasses` generates."""
    file = frame.filename
    importing = file.startswith("<frozen importlib") or file == importlib.__file__
    generated = file == "<string>" and frame.name == "__init__"
    return importing or generated or Path(file).is_relative_to(_PACKAGE)
