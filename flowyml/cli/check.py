"""`flowyml check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from flowyml.cli import options
from flowyml.cli.display import emit
from flowyml.cli.errors import INVALID
from flowyml.diagnostics import CompileError, Diagnostic


@click.command("check")
@options.pipeline
@options.targets
@options.stack
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="json for scripts, github for annotations in a workflow, sarif for code scanners.",
)
@options.allow
def command(
    *,
    pipeline: str,
    targets: tuple[str, ...],
    stack: str | None,
    format_: str,
    allow: tuple[str, ...],
) -> None:
    """Report all that is wrong with a pipeline, for every target at once.

    Without a target, for the stack; if that is this machine, what is wrong anywhere. A .yaml or
    .json file is checked by itself: a compiled specification, whoever made it. Exits with 3 if
    there are errors.

    \b
    Examples:
      flowyml check examples/ml_training.py --target airflow --target kubeflow
      flowyml check examples/ml_training.py --target airflow --format github
      flowyml check compiled/ml_training.kubeflow.yaml
    """
    options.refuse_wrong(targets, stack, written=False)
    found = _diagnostics(pipeline, targets, stack, allow)
    if report := _report(found, format_, pipeline):
        emit(report)
    sys.exit(INVALID if any(each.severity == "error" for each in found) else 0)


def _diagnostics(
    pipeline: str, targets: Sequence[str], stack: str | None, allow: Sequence[str]
) -> Sequence[Diagnostic]:
    """Find everything that `flowyml compile` would say, loading and emitting included."""
    from flowyml.frontend.load_errors import users_traceback
    from flowyml.review.compile import compile_for
    from flowyml.review.inspect import SUFFIXES, inspect_file
    from flowyml.review.targets import resolve

    if Path(pipeline).suffix in SUFFIXES:
        if stack:
            raise click.UsageError("--stack goes with a pipeline, and not with a compiled file")
        named = resolve(targets, written=False) if targets else ()
        return inspect_file(Path(pipeline), named, allow)
    try:
        with options.located(pipeline, quiet=True) as found:
            resolved, allowed = options.chosen_targets(targets, stack, allow, written=False)
            return compile_for(found.pipeline, resolved, allowed)[2]
    except CompileError as error:
        if error.__cause__ is not None:
            click.echo(users_traceback(error.__cause__), err=True)
        return error.diagnostics


def _report(found: Sequence[Diagnostic], format_: str, pipeline: str) -> str:
    from flowyml.diagnostics import render

    if format_ == "json":
        return render.as_json(found)
    if format_ == "text":
        return render.text(found, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    return {"github": render.github, "sarif": render.sarif}[format_](
        found, prefix=_prefix(pipeline)
    )


def _prefix(pipeline: str) -> str:
    """Give the project's folder relative to its repository, which these formats count from."""
    from flowyml.frontend.project import project_root

    path = Path(pipeline.rpartition(":")[0] or pipeline)
    folder = project_root(path if path.is_file() else Path.cwd() / "any")
    repository = next(
        (each for each in (folder, *folder.parents) if (each / ".git").exists()), folder
    )
    inner = folder.relative_to(repository).as_posix()
    return "" if inner == "." else f"{inner}/"
