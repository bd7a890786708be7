"""`flowyml cache`: what the cache holds, and clearing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from flowyml.cli import options
from flowyml.cli.display import emit
from flowyml.cli.group import NearGroup

if TYPE_CHECKING:
    from flowyml.storage.cache import CacheIndex

_place = click.option(
    "--cache-dir",
    metavar="DIR",
    help="A folder or fsspec URL. Default: .flowyml/cache in the project around here.",
)
_step = click.option("--step", metavar="NAME", help="Only this step, or function.")


@click.group("cache", cls=NearGroup)
def command() -> None:
    """Show what the cache holds, and clear it.

    \b
    Examples:
      flowyml cache stats
      flowyml cache clear --step train
    """


@command.command("stats")
@_place
@options.as_json
def stats_command(*, cache_dir: str | None, as_json: bool) -> None:
    """Count the entries, by step, and the bytes that they name.

    \b
    Example:
      flowyml cache stats --json
    """
    from collections import Counter

    from flowyml.storage.cache import size_of

    index = _index(cache_dir)
    entries = list(index.entries())
    steps = Counter(entry.name for entry in entries)
    if as_json:
        data = {
            "cache_dir": index.url,
            "entries": len(entries),
            "size_bytes": size_of(entries),
            "steps": dict(sorted(steps.items())),
        }
        emit(json.dumps(data, indent=2, ensure_ascii=False))
        return
    click.echo(f"{_count(len(entries))} of {size_of(entries):,} bytes in {index.url}")
    for name, number in sorted(steps.items()):
        click.echo(f"  {name}  {number}")


@command.command("clear")
@_place
@_step
def clear_command(*, cache_dir: str | None, step: str | None) -> None:
    """Forget entries, so that the steps run again; stored values stay.

    Run records name the values too, so clearing a cache frees no space.

    \b
    Example:
      flowyml cache clear --step train
    """
    from flowyml.diagnostics import UsageError, near

    index = _index(cache_dir)
    known = {n for e in index.entries() for n in (e.name, e.step.rpartition(":")[2], e.step)}
    if step is not None and step not in known:
        hint = near(step, known) if known else "the cache is empty"
        raise UsageError(f"nothing is kept of a step '{step}'; {hint}")
    removed = index.remove(
        lambda e: step is None or step in (e.name, e.step.rpartition(":")[2], e.step)
    )
    click.echo(f"removed {_count(removed)}")


def _index(cache_dir: str | None) -> CacheIndex:
    from pathlib import Path

    from flowyml.api import FOLDER
    from flowyml.frontend.project import enclosing_project
    from flowyml.storage.cache import CacheIndex

    return CacheIndex(cache_dir or enclosing_project(Path.cwd()) / FOLDER)


def _count(number: int) -> str:
    return f"{number} entr{'y' if number == 1 else 'ies'}"
