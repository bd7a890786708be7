"""`flowyml runs`: what was recorded of runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowyml.cli import options
from flowyml.cli.display import emit
from flowyml.cli.group import NearGroup
from flowyml.diagnostics import UsageError, near

if TYPE_CHECKING:
    from flowyml.storage.records import RunHead, RunRecords

_STATES = ("succeeded", "failed", "interrupted", "running", "killed")


@click.group("runs", cls=NearGroup)
def command() -> None:
    """List, show, follow and compare recorded runs.

    RUN is a run's id, how its id begins if no other begins so, latest, or latest~1 for the one
    before that.

    \b
    Examples:
      flowyml runs list --project ml_platform --state failed
      flowyml runs show latest
      flowyml runs compare latest~1 latest
    """


@command.command("list")
@click.option("--pipeline", metavar="NAME", help="Only runs of this pipeline.")
@click.option("--project", metavar="NAME", help="Only runs of this project.")
@click.option(
    "--state",
    type=click.Choice(_STATES, case_sensitive=False),
    help="Only runs in this state; killed are those that never ended and whose process is gone.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="At most so many.",
)
@options.records
@options.as_json
def list_command(
    *,
    pipeline: str | None,
    project: str | None,
    state: str | None,
    limit: int,
    records_file: Path | None,
    as_json: bool,
) -> None:
    """List runs, the newest first.

    \b
    Example:
      flowyml runs list --pipeline ml_training --limit 5
    """
    from flowyml.cli.run_texts import run_dict, table_of_runs

    with options.run_records(records_file) as records:
        asked = {"pipeline": pipeline, "project": project, "state": state}
        found = _found(records, pipeline, project, state)[:limit]
        nothing = "" if found else _nothing(records, asked)
    if as_json:
        emit(json.dumps([run_dict(run) for run in found], indent=2, ensure_ascii=False))
    elif nothing:
        click.echo(nothing)
    else:
        table_of_runs(found)


@command.command("show")
@click.argument("run", metavar="RUN")
@options.records
@options.as_json
def show_command(*, run: str, records_file: Path | None, as_json: bool) -> None:
    """Show what is recorded of a run: steps, parameters, metrics, git commit, environment, errors.

    \b
    Example:
      flowyml runs show latest
    """
    from flowyml.api.result import PipelineResult
    from flowyml.cli.run_texts import told

    with options.run_records(records_file) as records:
        found = records.find(run)
    if as_json:
        emit(json.dumps(PipelineResult(found).to_dict(), indent=2, ensure_ascii=False))
    else:
        click.echo(told(found))


@command.command("follow")
@click.argument("run", metavar="RUN")
@options.records
@options.quiet
@options.as_json
def follow_command(*, run: str, records_file: Path | None, quiet: bool, as_json: bool) -> None:
    """Follow a run on a stack again: what it did since, and what it does, to its end.

    Exits as flowyml run does. The pipeline is looked for where the run's record says.

    \b
    Example:
      flowyml runs follow latest
    """
    from flowyml.cli.progress import plain_reporter
    from flowyml.cli.run import show
    from flowyml.deploy import again
    from flowyml.frontend.project import enclosing_project
    from flowyml.stacks import load_stack

    project = enclosing_project(Path.cwd())
    with options.run_records(records_file) as records:
        found = records.find(run)
        if found.source is None or found.stack is None:
            raise UsageError(f"run {found.run_id} is one of this machine, which is not followed")
        with options.located(str(project / found.source), quiet=True) as located:
            begun = again(located.pipeline, load_stack(found.stack), found, records)
            result = begun.follow(plain_reporter(brief=not as_json, quiet=quiet))
    show(result, as_json=as_json, quiet=quiet)


@command.command("compare")
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@options.records
@options.as_json
def compare_command(*, runs: tuple[str, ...], records_file: Path | None, as_json: bool) -> None:
    """Compare runs: code, parameters, metrics, environment and states; what differs comes first.

    \b
    Example:
      flowyml runs compare latest~1 latest
    """
    from flowyml.cli.run_texts import show_comparison
    from flowyml.review.runs import compare_runs

    with options.run_records(records_file) as records:
        found = {run.run_id: run for run in map(records.find, runs)}
    if len(found) < 2:
        raise UsageError(f"compare takes two runs or more; this is one: {', '.join(found)}")
    rows = compare_runs([*found.values()])
    if as_json:
        data = {"runs": [*found], "rows": [row.to_dict() for row in rows]}
        emit(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        show_comparison([*found], rows)


def _found(
    records: RunRecords, pipeline: str | None, project: str | None, state: str | None
) -> list[RunHead]:
    from flowyml.cli.run_texts import shown_state

    recorded = "RUNNING" if state == "killed" else state and state.upper()
    runs = records.list(pipeline=pipeline, project=project, state=recorded, limit=None)
    return [run for run in runs if state is None or shown_state(run) == state.upper()]


def _nothing(records: RunRecords, asked: dict[str, Any]) -> str:
    """Say why there is nothing to list."""
    runs = records.list(limit=None)
    if not runs:
        return (
            f"no runs are recorded in {records.path} yet; 'flowyml run PIPELINE' records one, in "
            "the folder of the pipeline's project"
        )
    for kind in ("pipeline", "project"):
        known = {name for run in runs if (name := getattr(run, kind))}
        if asked[kind] is not None and asked[kind] not in known:
            hint = near(asked[kind], known) or "no run has one"
            return f"no runs of the {kind} '{asked[kind]}'; {hint}"
    return "no such runs"
