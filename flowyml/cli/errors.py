"""Errors as the command line shows them: a message on standard error, and an exit code."""

from __future__ import annotations

import os
import sys

import click

from flowyml.diagnostics import CompileError, FlowymlError, UsageError

FAILED, USAGE, INVALID = 1, 2, 3


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
    report = text(error.diagnostics, colour=colour)
    if error.__cause__ is None:
        return report
    from flowyml.frontend.load_errors import users_traceback

    return f"{users_traceback(error.__cause__)}\n{report}"


def wants_colour() -> bool:
    """Tell whether standard error is a terminal that takes colours (https://no-color.org)."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
