"""`RunDate`: the date that a run is for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias, get_args


class RunDateMarker:
    """Marks an annotation as the run's date."""


RunDate: TypeAlias = Annotated[datetime, RunDateMarker()]
"""Annotate a step's parameter with it to get the date the run is for, an aware UTC datetime.

It is Airflow's `logical_date` (or `run_after`), Kubeflow's scheduled time, and locally the
`run_date=` of the run, or its start (docs/semantics.md §2.6).
"""


def is_run_date(annotation: object) -> bool:
    """Tell whether an evaluated annotation is `RunDate`, also inside `Annotated`."""
    return any(isinstance(extra, RunDateMarker) for extra in get_args(annotation)[1:])
