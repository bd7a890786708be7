"""`flowyml rerun`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowyml.cli import options
from flowyml.diagnostics import UsageError

if TYPE_CHECKING:
    from flowyml.api.result import PipelineResult


@click.command("rerun")
@click.argument("run", metavar="RUN")
@click.argument(
    "pipeline", metavar="[PIPELINE]", required=False, shell_complete=options.complete_file
)
@click.option(
    "--from",
    "from_step",
    metavar="STEP",
    help="Run this step again, and all that needs it, though they finished.",
)
@options.overrides
@options.inputs
@options.date
@options.stack
@options.as_json
@options.quiet
@click.option("--debug", is_flag=True, help="One step after the other; stop where one raises.")
def command(
    *,
    run: str,
    pipeline: str | None,
    from_step: str | None,
    overrides: dict[str, str],
    inputs: dict[str, str],
    run_date: datetime | None,
    stack: str | None,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Go on from an earlier run: what it finished is reused, the rest runs.

    RUN is a run's id, how only its id begins, latest, or latest~1 for the one before. The new run
    is given what the earlier one was; steps that read a value that you change here run again.
    Without PIPELINE the record says which it was, and is looked for in the project around the
    working directory.

    \b
    Examples:
      flowyml rerun latest
      flowyml rerun 20250131-061413049-87024b43 --from train_model -c n_estimators=50
    """
    from flowyml.cli.progress import reporter
    from flowyml.cli.run import carried_out, show
    from flowyml.engine import Rerun, find_earlier
    from flowyml.stacks import place_of

    run_id, spec = (run, pipeline) if pipeline else recorded(run, stack, f"flowyml rerun {run}")
    with options.located(spec, quiet=as_json) as found:
        wanted = Rerun(run_id=run_id, from_step=from_step)
        with place_of(stack, found.pipeline.stack).records() as records:
            earlier = find_earlier(records, wanted, found.pipeline)
        result = carried_out(
            found,
            overrides,
            inputs,
            run_date,
            debug=debug,
            reporter=reporter(brief=not as_json, debug=debug, quiet=quiet),
            earlier=earlier,
            rerun=Rerun(run_id=earlier.run_id, from_step=from_step),
            stack=stack,
        )
    _say_if_nothing_ran(result)
    show(result, as_json=as_json, quiet=quiet, pipeline=pipeline, stack=stack)


def recorded(run: str, stack: str | None, typed: str) -> tuple[str, str]:
    """Look a run up in the project around the working directory.

    Args:
        run: as the user named it.
        stack: the stack that was asked for, if any.
        typed: the command, up to where the pipeline could be named.

    Returns:
        Its id, and its pipeline as the command line takes it.

    Raises:
        UnknownRunError: there is none.
        UsageError: its record does not say where its pipeline is.
    """
    from flowyml.frontend.project import enclosing_project, working_directory
    from flowyml.stacks import records_of
    from flowyml.storage.records import UnknownRunError

    project = enclosing_project(Path.cwd())
    with working_directory(project), records_of(stack).records() as records:
        try:
            found = records.find(run)
        except UnknownRunError as error:
            hint = f"if its records are elsewhere, name the pipeline: {typed} PIPELINE"
            raise UnknownRunError(f"{error}; {hint}") from None
    if found.source is None:
        raise UsageError(
            f"the record of run {found.run_id} does not say in which file its pipeline "
            f"'{found.pipeline}' is; name it: {typed} PIPELINE"
        )
    return found.run_id, str(project / found.source)


def _say_if_nothing_ran(result: PipelineResult) -> None:
    if all(step.cached or step.skipped for step in result.step_results.values()):
        click.echo("every step had finished: name one to run it again, with --from STEP", err=True)
