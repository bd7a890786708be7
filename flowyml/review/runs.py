"""What differs between recorded runs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowyml.frozen import dataclass
from flowyml.storage.records import RunRecord

KINDS = ("run", "code", "parameter", "metric", "environment", "step")
"""What is compared, in this order: the run itself, and what it has of each kind by name."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that runs have.

    Attributes:
        kind: see `KINDS`.
        name: of the parameter, metric, step, … within its kind.
        values: by run id; a run that has no such thing is not in it.
        differs: whether the runs do not all have it, or not all the same.
    """

    kind: str
    name: str
    values: Mapping[str, Any]
    differs: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the row as plain JSON data."""
        return dataclasses.asdict(self)


def compare_runs(runs: Sequence[RunRecord]) -> tuple[Row, ...]:
    """Compare runs: what differs comes first, and is ordered as in `KINDS`."""
    tables = {run.run_id: _facts(run) for run in runs}
    names = {kind: _names(kind, tables.values()) for kind in KINDS}
    rows = [_row(kind, name, tables) for kind in KINDS for name in names[kind]]
    return tuple(sorted(rows, key=lambda row: not row.differs))


def _facts(run: RunRecord) -> dict[str, Mapping[str, Any]]:
    return {
        "run": dict(_about(run)),
        "code": {name: step.digest[:16] for name, step in run.steps.items() if step.digest},
        "parameter": run.context,
        "metric": run.metrics,
        "environment": run.environment,
        "step": {name: _became(step.state, step.attempts) for name, step in run.steps.items()},
    }


def _about(run: RunRecord) -> Iterator[tuple[str, Any]]:
    yield "pipeline", run.pipeline
    yield "project", run.project
    yield "state", run.state
    if run.git_commit is not None:
        yield "commit", f"{run.git_commit[:12]}{' with changes' if run.git_dirty else ''}"
    yield from ((f"input {name}", ref.digest[:16]) for name, ref in run.inputs.items())


def _became(state: str, attempts: int) -> str:
    return f"{state}, {attempts} attempts" if attempts > 1 else state


def _names(kind: str, tables: Any) -> list[str]:
    return list(dict.fromkeys(name for facts in tables for name in facts[kind]))


def _row(kind: str, name: str, tables: Mapping[str, dict[str, Mapping[str, Any]]]) -> Row:
    values = {run: facts[kind][name] for run, facts in tables.items() if name in facts[kind]}
    texts = {json.dumps(value, sort_keys=True) for value in values.values()}  # 1 is not 1.0 or True
    differs = len(texts) > 1 or len(values) < len(tables)
    return Row(kind=kind, name=name, values=values, differs=differs)
