"""How results are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowyml.cli.errors import wants_colour
from flowyml.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rich.table import Table

_WIDE = 10_000  # columns of what is no terminal


def show_notes(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics that are no errors on standard error, if there are any."""
    if diagnostics:
        from flowyml.diagnostics.render import text

        click.echo(text(diagnostics, colour=wants_colour()), err=True)


def emit(text: str) -> None:
    """Print a text for other programs: UTF-8 whatever the locale, unless it is for a terminal."""
    click.echo(text if sys.stdout.isatty() else text.encode())


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of texts."""
    from flowyml.diagnostics.missing import Needs

    with Needs("rich"):
        from rich import box
        from rich.table import Table
        from rich.text import Text
    table = Table(box=box.SIMPLE_HEAD)
    for number, title in enumerate(titles):
        table.add_column(Text(title), no_wrap=number == 0)
    for row in rows:
        table.add_row(*map(Text, row))
    draw(table)


def draw(table: Table) -> None:
    """Draw a table: as wide as the terminal, or elsewhere as wide as it has to be."""
    from rich.console import Console

    drawn = sys.stdout.isatty()
    console = Console(highlight=False, soft_wrap=True, width=None if drawn else _WIDE)
    console.print(table, width=None if drawn else console.measure(table).maximum)


def relative(path: Path) -> str:
    """Give a path relative to the working directory, unless it lies on another drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)
