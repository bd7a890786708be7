"""Started by the clock, once it is deployed; with settings for Airflow."""

from __future__ import annotations

from flowyml import Pipeline, RunDate, Schedule, context, step


@step(outputs=["total"])
def add(start: int, *, date: RunDate) -> int:
    return start + date.year


@step(outputs=["doubled"], retry=1)
def double(total: int) -> int:
    return 2 * total


pipeline = Pipeline(
    "scheduled",
    context=context(start=1),
    schedule=Schedule("30 6 * * mon-fri", timezone="Europe/Berlin"),
    settings={
        "airflow": {
            "start_date": "2024-01-01",
            "catchup": True,
            "max_active_runs": 1,
            "owner": "data-team",
            "tags": ["nightly"],
            "outlets": True,
            "steps": {"double": {"priority_weight": 5}},
        }
    },
).add_steps([add, double])
