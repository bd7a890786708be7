"""How results are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from flowyml.cli.errors import wants_colour
from flowyml.diagnostics import Diagnostic


def show_notes(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics that are no errors on standard error, if there are any."""
    if diagnostics:
        from flowyml.diagnostics.render import text

        click.echo(text(diagnostics, colour=wants_colour()), err=True)


def emit(text: str) -> None:
    """Print a text for other programs: UTF-8 whatever the locale, unless it is for a terminal."""
    click.echo(text if sys.stdout.isatty() else text.encode())


def relative(path: Path) -> str:
    """Give a path relative to the working directory, unless it lies on another drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)
