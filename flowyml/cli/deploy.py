"""`flowyml deploy`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from flowyml.cli import options
from flowyml.cli.display import emit, show_notes

if TYPE_CHECKING:
    from flowyml.api.result import PipelineResult
    from flowyml.backend import Delivery, Deployed
    from flowyml.frontend.locate import Located


@click.command("deploy")
@options.pipeline
@options.stack
@options.allow
@click.option("--run", "runs", is_flag=True, help="Run it there once it is deployed.")
@click.option("--wait", is_flag=True, help="Follow the run, and end as it ends.")
@options.overrides
@options.date
@click.option(
    "--unpause",
    "activate",
    is_flag=True,
    help="Let it run there if it is paused, as Airflow has every new DAG.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files that were edited by hand, or compiled from another module.",
)
@options.as_json
@options.quiet
def command(
    *,
    pipeline: str,
    stack: str | None,
    allow: tuple[str, ...],
    runs: bool,
    wait: bool,
    overrides: dict[str, str],
    run_date: datetime | None,
    activate: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Hand a pipeline to the orchestrator of a stack, and run it there.

    Compiles, hands over what was compiled, waits until the orchestrator has taken it, and says
    which version it is there. With --run it is run there; with --wait too, steps, what they print
    and how the run ends are shown as if it ran here, and the exit code is that of flowyml run.
    Such a run is recorded here as well: see flowyml runs show.

    \b
    Examples:
      flowyml deploy examples/ml_training.py --stack production
      flowyml deploy examples/ml_training.py --stack production --run -c n_estimators=50 --wait
    """
    _refuse_without_run(runs=runs, wait=wait, overrides=overrides, run_date=run_date)
    from flowyml.cli.values import checked_context
    from flowyml.deploy import deliver, prepare
    from flowyml.stacks import load_stack

    with options.located(pipeline, quiet=True) as found:
        delivery, notes = prepare(
            found.pipeline,
            load_stack(stack),
            allow=allow,
            runs=runs,
            activate=activate,
            overwrite=force,
            say=(lambda _: None) if quiet else _say,
        )
        values = checked_context(delivery.ir, overrides) if runs else {}
        show_notes(notes)
        deployed = deliver(delivery)
        given = found, deployed, delivery, values, run_date
        result = _run(*given, wait=wait, quiet=quiet, brief=not as_json) if runs else None
    _show(deployed, delivery, result, as_json=as_json, quiet=quiet, waited=wait)


def _refuse_without_run(*, runs: bool, wait: bool, **given: object) -> None:
    names = {"overrides": "-c", "run_date": "--date"}
    said = [names[key] for key, value in given.items() if value] + ["--wait"] * wait
    if said and not runs:
        raise click.UsageError(f"{said[0]} is about a run; add --run")


def _run(
    found: Located,
    deployed: Deployed,
    delivery: Delivery,
    values: dict[str, Any],
    run_date: datetime | None,
    *,
    wait: bool,
    quiet: bool,
    brief: bool,
) -> PipelineResult:
    from flowyml.api.result import PipelineResult
    from flowyml.cli.progress import plain_reporter
    from flowyml.deploy import begin

    if not quiet:
        _say(_told(deployed, delivery))
    with delivery.stack.recorded().records() as records:
        begun = begin(found.pipeline, delivery, records, values, run_date, source=found.source)
        if not quiet:
            _say(f"run {begun.head.run_id}: {begun.head.url}")
        if wait:
            return begun.follow(plain_reporter(brief=brief, quiet=quiet))
        return PipelineResult(records.get(begun.head.run_id))


def _show(
    deployed: Deployed,
    delivery: Delivery,
    result: PipelineResult | None,
    *,
    as_json: bool,
    quiet: bool,
    waited: bool,
) -> None:
    if as_json:
        said = {
            "name": deployed.name,
            "version": deployed.version,
            "changed": deployed.changed,
            "url": deployed.url,
            "notes": list(deployed.notes),
        }
        run = result.to_dict() if result else None
        emit(json.dumps({"deployed": said, "run": run}, indent=2, ensure_ascii=False))
    elif result is None and not quiet:
        click.echo(_told(deployed, delivery))
    elif result is not None and not waited:
        click.echo(f"it runs there as {result.run_id}; see: flowyml runs show {result.run_id}")
    elif result is not None and not (quiet and result.success):
        click.echo(result.summary())
    sys.exit(1 if result is not None and waited and not result.success else 0)


def _told(deployed: Deployed, delivery: Delivery) -> str:
    was = "is" if deployed.changed else "was already"
    first = f"{deployed.name} {was} version {deployed.version} on {delivery.stack.name}"
    return "\n".join([f"{first}: {deployed.url}", *deployed.notes])


def _say(text: str) -> None:
    click.echo(text, err=True)
