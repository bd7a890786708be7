"""`flowyml verify`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

import click

from flowyml.cli import options
from flowyml.cli.display import draw, emit, show_notes
from flowyml.diagnostics.missing import Needs

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from flowyml.review.verify import Verification, Verified

_LOG_LINES = 40


@click.command("verify")
@options.pipeline
@options.targets
@options.overrides
@options.date
@options.allow
@click.option(
    "--airflow-python",
    metavar="PATH",
    type=click.Path(exists=True, dir_okay=False),
    help="An interpreter that has Airflow, if this one has none.",
)
@options.docker
@options.as_json
def command(
    *,
    pipeline: str,
    targets: tuple[str, ...],
    overrides: dict[str, str],
    run_date: datetime | None,
    allow: tuple[str, ...],
    airflow_python: str | None,
    docker: bool,
    as_json: bool,
) -> None:
    """Run a pipeline here and as compiled, and compare.

    The pipeline runs twice on this machine, to find out what differs from run to run, and then
    once for each target: the compiled DAG file on a real Airflow, the compiled specification in a
    simulator of Kubeflow that runs each container's command. States, attempts and every value are
    compared. Exits with 1 if anything differs.

    \b
    Example:
      flowyml verify examples/ml_training.py --target airflow --target kubeflow
    """
    from pathlib import Path

    from flowyml.cli.values import checked_context
    from flowyml.review.compile import compile_for
    from flowyml.review.targets import resolve
    from flowyml.review.trial import Trial, refuse_docker
    from flowyml.review.verify import verify

    resolved = resolve(targets, written=False)
    if docker:
        refuse_docker(target.backend.name for target in resolved)
    if airflow_python and all(target.backend.name != "airflow" for target in resolved):
        raise click.UsageError("--airflow-python is about --target airflow, which is not there")
    show = _print_json if as_json else _drawing()
    pythons = {"airflow": str(Path(airflow_python).absolute())} if airflow_python else {}
    with options.located(pipeline, quiet=True) as found:
        ir, compiled, notes = compile_for(found.pipeline, resolved, allow)
        show_notes(notes)
        trial = Trial(
            ir=ir,
            loaded=found.loaded,
            context=checked_context(ir, overrides),
            run_date=run_date,
            pythons=pythons,
            docker=docker,
        )
        done = verify(trial, compiled, starting=_say)
    show(done)
    sys.exit(0 if done.same else 1)


def _print_json(done: Verification) -> None:
    emit(json.dumps(done.to_dict(), indent=2, ensure_ascii=False))


def _drawing() -> Callable[[Verification], None]:
    """Give what draws the result; what that needs is asked for before anything runs."""
    with Needs("rich"):
        import_module("rich")
    return _show


def _say(name: str) -> None:
    click.echo(f"running: {name}", err=True)


def _show(done: Verification) -> None:
    draw(_table(done))
    for run in done.runs:
        for difference in run.differences:
            click.echo(f"{run.name}: {difference}")
        if run.differences and run.trace.log:
            tail = run.trace.log.rstrip().splitlines()[-_LOG_LINES:]
            click.echo("\n".join([f"the end of what {run.name} printed:", *tail]), err=True)
    if done.same:
        click.echo(f"the same: {', '.join(run.name for run in done.runs)}")


def _table(done: Verification) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for title in ("", "reference", *(run.name for run in done.runs)):
        table.add_column(Text(title), overflow="fold")
    for name, step in done.reference.steps.items():
        cells = [_step_cell(run, name) for run in done.runs]
        table.add_row(Text(name), Text(_state(step.state, step.attempts)), *cells)
    table.add_section()
    for name in done.reference.assets:
        changing = name in done.nondeterministic
        cells = [_asset_cell(run, name, changing=changing) for run in done.runs]
        table.add_row(Text(name), Text("nondeterministic" if changing else "a value"), *cells)
    return table


def _step_cell(run: Verified, name: str) -> Text:
    from rich.text import Text

    step = run.trace.steps.get(name)
    text = _state(step.state, step.attempts) if step else "no such step"
    differs = any(d.kind in ("state", "attempts") and d.name == name for d in run.differences)
    return Text(f"≠ {text}", style="bold red") if differs else Text(text, style="green")


def _asset_cell(run: Verified, name: str, *, changing: bool) -> Text:
    from rich.text import Text

    if any(d.kind == "asset" and d.name == name for d in run.differences):
        return Text("≠ differs", style="bold red")
    if name not in run.trace.assets:
        return Text("not made")
    return Text("same type and shape" if changing else "equal", style="green")


def _state(state: str, attempts: int) -> str:
    return f"{state}, {attempts} attempts" if attempts > 1 else state
