"""`flowyml stack`: what `flowyml.yaml` says."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

import click

from flowyml.cli import options
from flowyml.cli.display import emit
from flowyml.cli.group import NearGroup


@click.group("stack", cls=NearGroup)
def command() -> None:
    """List, show, validate and compare the stacks of flowyml.yaml.

    The file is the one in the folder of the project around the working directory. Secrets are shown
    by their reference alone.

    \b
    Examples:
      flowyml stack list
      flowyml stack diff development production
    """


@command.command("list")
@options.as_json
def list_command(*, as_json: bool) -> None:
    """List the stacks; a star marks the one that is used where none is asked for.

    \b
    Example:
      flowyml stack list
    """
    from flowyml.stacks import every_stack

    chosen, stacks = every_stack()
    if as_json:
        listed = [
            {"name": name, "chosen": name == chosen, **each.settings()}
            for name, each in stacks.items()
        ]
        emit(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    for name, each in stacks.items():
        click.echo(f"{'*' if name == chosen else ' '} {name}  {each.orchestrator}")


@command.command("show")
@click.argument("name", metavar="[NAME]", required=False)
@options.as_json
def show_command(*, name: str | None, as_json: bool) -> None:
    """Show what holds for a stack, variables put in; default: the one that is used.

    \b
    Example:
      flowyml stack show production
    """
    from flowyml.stacks import load_stack

    stack = load_stack(name)
    if as_json:
        emit(json.dumps({"name": stack.name, **stack.settings()}, indent=2, ensure_ascii=False))
        return
    click.echo(stack.name)
    for key, value in stack.settings().items():
        click.echo(f"  {key}: {_shown(value)}")


@command.command("validate")
@click.argument("name", metavar="[NAME]", required=False)
def validate_command(*, name: str | None) -> None:
    """Report every mistake in the file, with its line; exits with 1 if there is one.

    Variables and secrets that are not set here count, too: those of every stack, or with NAME those
    that this stack needs.

    \b
    Example:
      flowyml stack validate
    """
    from flowyml.stacks import mistakes

    found = mistakes(name)
    for each in found:
        click.echo(each)
    if not found:
        click.echo("no mistakes")
    sys.exit(1 if found else 0)


@command.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@options.as_json
def diff_command(*, old: str, new: str, as_json: bool) -> None:
    """Show in what two stacks differ; exits with 1 if they do.

    \b
    Example:
      flowyml stack diff development production
    """
    from flowyml.stacks import load_stack

    sides = [load_stack(name).settings() for name in (old, new)]
    keys = dict.fromkeys((*sides[0], *sides[1]))
    differing = {
        key: [side.get(key) for side in sides]
        for key in keys
        if sides[0].get(key) != sides[1].get(key)
    }
    if as_json:
        emit(json.dumps(differing, indent=2, ensure_ascii=False))
    elif not differing:
        click.echo(f"'{old}' and '{new}' are the same")
    else:
        for key, (before, after) in differing.items():
            click.echo(f"{key}: {_shown(before)} -> {_shown(after)}")
    sys.exit(1 if differing else 0)


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    if isinstance(value, list):
        items: list[Any] = cast("Any", value)
        return ", ".join(map(_shown, items))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
