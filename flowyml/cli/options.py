"""Arguments and options that several commands take."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from flowyml.frontend.locate import Located
    from flowyml.review.targets import Target
    from flowyml.storage.records import RunRecords


def complete_file(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Let the shell complete a path."""
    return [CompletionItem(incomplete, type="file")]


def _complete_target(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from flowyml.registry import backend_names

    return [CompletionItem(name) for name in backend_names() if name.startswith(incomplete)]


def _pairs(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for key, equals, _ in pairs:
        if not (key and equals):
            raise click.BadParameter(f"'{key}' is not key=value", ctx, parameter)
    for key in {key for key, _, _ in pairs}:
        if len(given := [value for name, _, value in pairs if name == key]) > 1:
            hint = f"'{key}' is given {len(given)} times: {', '.join(given)}; which one counts?"
            raise click.BadParameter(hint, ctx, parameter)
    return {key: value for key, _, value in pairs}


def _date(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    from flowyml.runtime.casting import parse_moment

    try:
        return parse_moment(value)
    except ValueError:
        hint = f"'{value}' is no ISO 8601 date, such as 2025-01-31 or 2025-01-31T06:00+02:00"
        raise click.BadParameter(hint, ctx, parameter) from None


pipeline = click.argument("pipeline", metavar="PIPELINE", shell_complete=complete_file)
targets = click.option(
    "-t",
    "--target",
    "targets",
    metavar="TARGET",
    multiple=True,
    help="airflow, kubeflow or ir, with a version if you like: airflow==3.3. Repeatable.",
    shell_complete=_complete_target,
)
allow = click.option(
    "--allow",
    metavar="CODE",
    multiple=True,
    help="Accept that a target means something weaker: FML302 for all, or one construct. "
    "Repeatable.",
)
overrides = click.option(
    "-c",
    "--context",
    "overrides",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help="Set a context value for this run; text is read as the type the steps ask for. "
    "Repeatable.",
)
date = click.option(
    "--date",
    "run_date",
    metavar="ISO",
    callback=_date,
    help="The date the run is for, UTC unless it says otherwise. Default: now.",
)
inputs = click.option(
    "--input",
    "inputs",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help="Give the value of an asset that no step produces. Repeatable.",
)
stack = click.option(
    "--stack",
    metavar="NAME",
    help="A stack of flowyml.yaml. Default: FLOWYML_STACK, else its active_stack.",
)
quiet = click.option(
    "-q", "--quiet", is_flag=True, help="Show what steps print, what failed, and no more."
)
docker = click.option(
    "--docker",
    is_flag=True,
    help="Run each compiled container in its image, through Docker, where a target has containers.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


records = click.option(
    "--records",
    "records_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The run records, as in LocalStack(metadata_path=FILE). Default: those of the stack that "
    "FLOWYML_STACK or flowyml.yaml chooses, else .flowyml/metadata.db in the project's folder.",
)


def run_records(file: Path | None) -> RunRecords:
    """Open run records: those in a file, or the default ones of the project around this folder."""
    from flowyml.frontend.project import enclosing_project
    from flowyml.stacks import records_of
    from flowyml.storage.records import RunRecords

    return RunRecords(file or enclosing_project(Path.cwd()) / records_of().metadata_path)


def refuse_wrong(targets: Sequence[str], stack: str | None, *, written: bool = True) -> None:
    """Refuse targets that are not there, before any of the user's code is loaded."""
    if targets and stack:
        raise click.UsageError("--target and --stack both say what to compile for; give one")
    if targets:
        from flowyml.review.targets import resolve

        resolve(targets, written=written)


def chosen_targets(
    targets: Sequence[str], stack: str | None, allow: Sequence[str], *, written: bool = True
) -> tuple[Sequence[Target], Sequence[str]]:
    """Give what to compile for, and what is allowed: as named, else as the stack says.

    Args:
        targets: those named.
        stack: the stack that is asked for; it is one of the project in the working directory.
        allow: what is allowed besides.
        written: whether files are written: then there has to be a target, in one version.
    """
    from flowyml.review.targets import of_stack, resolve
    from flowyml.stacks import load_stack

    if targets:
        return resolve(targets, written=written), allow
    chosen = load_stack(stack)
    if chosen.orchestrator == "local" and stack is None:
        return (resolve(()), allow) if written else ((), allow)
    return of_stack(chosen), (*allow, *chosen.allow)


@contextmanager
def located(spec: str, *, quiet: bool) -> Generator[Located]:
    """Load a pipeline and work in its project's folder, as a worker does.

    Args:
        spec: as the user typed it.
        quiet: whether what the user's code prints goes to standard error, with what C code and
            other programs print, because standard output is for what was asked for alone.
    """
    from flowyml.frontend.locate import locate
    from flowyml.frontend.project import working_directory

    with _standard_output_free() if quiet else nullcontext():
        found = locate(spec)
        with working_directory(found.loaded.project_root):
            yield found


@contextmanager
def _standard_output_free() -> Generator[None]:
    with redirect_stdout(sys.stderr):
        try:
            os.fstat(2)
            kept = os.dup(1)
        except OSError:  # one of the two is closed
            yield
            return
        try:
            os.dup2(2, 1)
            yield
        finally:
            ctypes = sys.modules.get("ctypes")  # what loads most of the C code that prints
            if ctypes and os.name == "posix":
                ctypes.pythonapi.fflush(None)  # what that code held back
            os.dup2(kept, 1)
            os.close(kept)
