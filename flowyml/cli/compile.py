"""`flowyml compile`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowyml.cli import options
from flowyml.cli.display import emit, relative, show_notes

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.backend import Artifact
    from flowyml.diagnostics import Diagnostic
    from flowyml.ir import PipelineIR
    from flowyml.review.compile import Compiled

_DEFAULT = "compiled"


@click.command("compile")
@options.pipeline
@options.targets
@options.stack
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    help=f"The folder to write to; made if it is not there. Default: {_DEFAULT}.",
)
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the files and write nothing.")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit with 1 if the files are stale, and say what changed in the pipeline.",
)
@options.allow
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files that were edited by hand, or compiled from another module.",
)
def command(
    *,
    pipeline: str,
    targets: tuple[str, ...],
    stack: str | None,
    output: str | None,
    to_stdout: bool,
    check: bool,
    allow: tuple[str, ...],
    force: bool,
) -> None:
    """Compile a pipeline to files for a target.

    Without a target, for the stack. Reports everything that is wrong for any of the targets, and
    then writes nothing. Prints the paths that it wrote; beside each file stands
    NAME.TARGET.flowyml.json, which maps the file back to the steps.

    \b
    Examples:
      flowyml compile examples/ml_training.py --target airflow --target kubeflow -o compiled/
      flowyml compile examples/ml_training.py --target airflow==3.3 --check
      flowyml compile examples/ml_training.py --stack production
    """
    if to_stdout and (check or force or output):
        raise click.UsageError("--stdout goes with none of --output, --check and --force")
    if check and force:
        raise click.UsageError("--check writes nothing, so --force means nothing with it")
    from flowyml.review.collecting import never_collecting

    with never_collecting():
        options.refuse_wrong(targets, stack)
        with options.located(pipeline, quiet=True) as found:
            ir, compiled, notes = _compiled(found.pipeline, targets, stack, allow)
        show_notes(notes)
        folder = Path(output or _DEFAULT)
        if to_stdout:
            _print(file for each in compiled for file in each.artifacts)
        elif check:
            _compare(ir, compiled, folder)
        else:
            _write(compiled, folder, overwrite=force)


def _compiled(
    pipeline: Pipeline, targets: Sequence[str], stack: str | None, allow: Sequence[str]
) -> tuple[PipelineIR, Sequence[Compiled], Sequence[Diagnostic]]:
    from flowyml.review.compile import compile_for

    resolved, allowed = options.chosen_targets(targets, stack, allow)
    return compile_for(pipeline, resolved, allowed)


def _compare(ir: PipelineIR, compiled: Sequence[Compiled], folder: Path) -> None:
    """Say what is stale, and exit."""
    from flowyml.review.stale import stale

    differing = stale(ir, compiled, folder)
    click.echo("".join(f"{each}\n" for each in differing), nl=False)
    sys.exit(1 if differing else 0)


def _write(compiled: Sequence[Compiled], folder: Path, *, overwrite: bool) -> None:
    from flowyml.review.compile import contents, write_files

    for path in write_files(contents(compiled), folder, overwrite=overwrite):
        click.echo(relative(path))


def _print(files: Iterable[Artifact]) -> None:
    """Print one file as it is; several each under a line that names it."""
    every = list(files)
    for file in every:
        if len(every) > 1:
            emit(f"# --- {file.path}")
        if file.data is None:
            emit(file.text.removesuffix("\n"))
        else:
            emit(f"# {len(file.data):,} bytes that are no text")
