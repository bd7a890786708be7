"""What every pipeline of the suite is expected to do, written by hand.

The local runner is held to this table; every other backend is held to the local runner
(docs/semantics.md §6). Where a value is not worth spelling out, the pipeline compares it itself
in a last step, and the table holds what that step must say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

OK, FAILED, UPSTREAM = "SUCCEEDED", "FAILED", "UPSTREAM_FAILED"
SKIPPED = "SKIPPED"
UNSAID = frozenset({"SUCCEEDED", "NOT_RUN"})
"""What becomes of an independent step where the first failure stops the run."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One run of one pipeline.

    Attributes:
        name: what the case is called; unique.
        module: the pipeline's file under tests/pipelines, without `.py`.
        context: overrides for the run.
        folder: whether the context key `folder` gets an empty folder for the run.
        run_date: the date that the run is for.
        states: each step's state, or the set of those allowed; steps not named succeed.
        attempts: each step's attempts, where they are not 1.
        recovered: the steps whose value is their fallback's.
        items: of each map task, how many items succeed, of how many.
        assets: values to expect, by asset name.
        independent: whether a failure may leave unrelated steps that still run: not in a chain,
            and not with `fail_fast`. Kubeflow weakens it, and its compiler must be told to.
        refused: the diagnostic with which a target refuses the pipeline, by target: `airflow` is
            every version of it, `airflow==2.11` that one.
        gaps: why a backend is known to differ, by target as well: a strict xfail.
    """

    name: str
    module: str = ""
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    folder: bool = False
    run_date: datetime | None = None
    states: Mapping[str, str | frozenset[str]] = dataclasses.field(default_factory=dict)
    attempts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    recovered: frozenset[str] = frozenset()
    items: Mapping[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    assets: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    independent: bool = True
    refused: Mapping[str, str] = dataclasses.field(default_factory=dict)
    gaps: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def file(self) -> str:
        """The pipeline's file, relative to tests/pipelines."""
        return f"{self.module or self.name}.py"

    @property
    def success(self) -> bool:
        """Whether the run succeeds: no step failed, or could not run because one did."""
        return not {FAILED, UPSTREAM} & {s for s in self.states.values() if isinstance(s, str)}


def said_of(target: str, table: Mapping[str, str]) -> str | None:
    """Read an entry of a case: what holds for a target, else for its backend's every version."""
    return table.get(target, table.get(target.partition("==")[0]))
