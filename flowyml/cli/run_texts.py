"""Recorded runs, as the command line tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from flowyml.api.summary import aligned, failures, headline, step_lines
from flowyml.cli.display import print_table

if TYPE_CHECKING:
    from flowyml.review.runs import Row
    from flowyml.storage.records import RunHead, RunRecord

_CELL = 40  # characters of a value in a table
_EXACT = 1e15  # whole floats below it are shown without a point


def shown_state(run: RunHead) -> str:
    """Give a run's state; one that never ended is KILLED if its process is gone."""
    from flowyml.engine.process import still_runs

    known = run.state != "RUNNING" or run.stack is not None or still_runs(run)
    return run.state if known else "KILLED"


def run_dict(run: RunHead) -> dict[str, Any]:
    """Give what a list says of a run as plain JSON data."""
    return {
        "run_id": run.run_id,
        "pipeline": run.pipeline,
        "project": run.project,
        "state": shown_state(run),
        "start_time": run.started_at.isoformat(),
        "duration_seconds": run.duration_seconds,
        "parameters": dict(run.context),
        "git": {"commit": run.git_commit, "dirty": run.git_dirty},
    }


def table_of_runs(runs: Sequence[RunHead]) -> None:
    """Print a line a run."""
    rows = [
        (
            run.run_id,
            run.pipeline,
            run.project or "",
            shown_state(run),
            "" if run.duration_seconds is None else f"{run.duration_seconds:.2f} s",
        )
        for run in runs
    ]
    print_table(("run", "pipeline", "project", "state", "took"), rows)


def told(run: RunRecord) -> str:
    """Tell everything that is recorded of a run."""
    sections = {
        "Parameters": {name: str(value) for name, value in run.context.items()},
        "Metrics": {name: figure(value) for name, value in run.metrics.items()},
        "Environment": run.environment,
    }
    titled = (
        line
        for title, values in sections.items()
        if values
        for line in (f"\n{title}:", *aligned(values))
    )
    lines = [headline(run), *step_lines(run.steps.values()), "", *aligned(dict(_about(run)))]
    return "\n".join([*lines, *titled, *failures(run)])


def show_comparison(runs: Sequence[str], rows: Sequence[Row]) -> None:
    """Print what differs between runs as a table, and name what is the same below it."""
    differing = [row for row in rows if row.differs]
    if differing:
        print_table(("", *runs), [(_label(row), *_cells(row, runs)) for row in differing])
    else:
        click.echo("nothing differs")
    if same := [row for row in rows if not row.differs]:
        click.echo("the same:")
        for line in aligned(_by_kind(same)):
            click.echo(line)


def figure(value: float) -> str:
    """Show a metric: whole numbers whole, others to six digits."""
    whole = abs(value) < _EXACT and value.is_integer()
    return str(int(value)) if whole else f"{value:.6g}"


def _about(run: RunRecord) -> Iterator[tuple[str, str]]:
    if shown_state(run) != run.state:
        yield "state", f"{shown_state(run)}: no process works on it any more"
    if run.project:
        yield "project", run.project
    yield "started", f"{_time(run.started_at)} UTC"
    if run.run_date != run.started_at:
        yield "for the date", f"{_time(run.run_date)} UTC"
    if run.stack:
        yield "ran on", run.stack
    if run.url:
        yield "see", run.url
    if run.resumed_from:
        yield "went on from", run.resumed_from
    if run.git_commit:
        yield "git commit", f"{run.git_commit}{' with changes' if run.git_dirty else ''}"


def _label(row: Row) -> str:
    prefix = {"run": "", "code": "code of ", "environment": ""}.get(row.kind, f"{row.kind} ")
    return f"{prefix}{row.name}"


def _cells(row: Row, runs: Sequence[str]) -> Iterator[str]:
    for run in runs:
        value = row.values.get(run)
        shown = figure(value) if row.kind == "metric" and value is not None else str(value)
        cell = shown if len(shown) <= _CELL else f"{shown[: _CELL - 1]}…"
        yield cell if run in row.values else "–"


def _by_kind(rows: Sequence[Row]) -> Mapping[str, str]:
    kinds = dict.fromkeys(row.kind for row in rows)
    return {kind: ", ".join(row.name for row in rows if row.kind == kind) for kind in kinds}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
