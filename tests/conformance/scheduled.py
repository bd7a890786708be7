"""Schedules, backfills and assets in a whole real Airflow.

Whatever starts a run, it is for the moment when it was due, and its assets say that they were made.
`test_airflow_stack.py` collects these tests, because it has started the Airflow that they need.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

import pytest

from flowyml.storage import Reference, load_value
from tests.conformance.airflow_stack import FINISHED, HEALTHY
from tests.conformance.deployed import typed

STEP = """
from datetime import timedelta

from flowyml import Pipeline, RunDate, Schedule, step

@step(outputs=["moment"])
def tell(date: RunDate):
    return date.isoformat()

"""
DAYS = """
pipeline = Pipeline(
    "days",
    schedule=Schedule("30 6 * * *", timezone="Europe/Berlin"),
    settings={"airflow": {
        "start_date": "2025-03-28", "end_date": "2025-03-31", "catchup": True, "paused": False,
        "max_active_runs": 1, "outlets": True,
    }},
).add_step(tell)
"""
"""On the second of the three nights clocks go forward."""
HOURS = """
pipeline = Pipeline(
    "hours",
    schedule=timedelta(hours=6),
    settings={"airflow": {
        "start_date": "2025-01-01T01:00", "end_date": "2025-01-01T09:00", "catchup": True,
        "paused": False,
    }},
).add_step(tell)
"""
AFTER = """
pipeline = Pipeline(
    "after",
    schedule=Schedule(assets=["days/moment"]),
    settings={"airflow": {"paused": False}},
).add_step(tell)
"""
NIGHTS = ["2025-03-28T05:30:00+00:00", "2025-03-29T05:30:00+00:00", "2025-03-30T04:30:00+00:00"]


@pytest.fixture(scope="module")
def timetables(runs, stack):
    """Airflow with the three pipelines; the one that waits for an asset is there first."""
    for name, text in (("after", AFTER), ("hours", HOURS), ("days", DAYS)):
        file = runs.project / f"of_{name}.py"
        file.write_text(STEP + text)
        typed(runs.project, "compile", file.name, "--target", "airflow", "-o", str(stack.dags))
        stack.until(lambda name=name: listed(stack, name), f"the DAG {name} is there", HEALTHY)
    return stack


def listed(stack, dag):
    return any(each["dag_id"] == dag for each in stack.get("dags?limit=100")["dags"])


def finished(stack, dag, count):
    """Wait until a DAG has so many runs that ended; give them in the order of their dates."""
    path = f"dags/{dag}/dagRuns?limit=100"

    def ended():
        runs = stack.get(path)["dag_runs"]
        return len(runs) >= count and all(each["state"] in ("success", "failed") for each in runs)

    stack.until(ended, f"{count} runs of {dag} ended", FINISHED)
    found = stack.get(path)["dag_runs"]
    assert {each["state"] for each in found} == {"success"}, stack.tail()
    return sorted(found, key=lambda each: each["run_after"])


def reference(stack, run):
    """Give what a run's step pushed for its asset."""
    task = f"dags/{run['dag_id']}/dagRuns/{quote(run['dag_run_id'])}/taskInstances/tell"
    return stack.get(f"{task}/xcomEntries/moment?stringify=false")["value"]


def told(stack, run):
    return load_value(Reference.from_dict(reference(stack, run)))


def test_runs_that_were_due_are_made_up_each_for_its_moment(timetables):
    found = finished(timetables, "days", len(NIGHTS))
    assert [told(timetables, run) for run in found] == NIGHTS
    assert {run["run_type"] for run in found} == {"scheduled"}


def test_an_interval_counts_from_the_start_date(timetables):
    found = finished(timetables, "hours", 2)
    moments = [told(timetables, run) for run in found]
    assert moments == ["2025-01-01T01:00:00+00:00", "2025-01-01T07:00:00+00:00"]


def test_each_run_emits_an_event_that_says_where_the_value_is(timetables):
    finished(timetables, "days", len(NIGHTS))
    (asset,) = timetables.get("assets?uri_pattern=days/moment&limit=100")["assets"]
    assert asset["uri"] == "x-flowyml://days/moment"
    found: list[dict] = []
    timetables.until(lambda: events(timetables, asset, found), "Airflow tells events", HEALTHY)
    by_run = {each["source_run_id"]: each for each in found}
    for run in finished(timetables, "days", len(NIGHTS)):
        event = by_run[run["dag_run_id"]]
        assert event["source_task_id"] == "tell"
        made = {key: event["extra"][key] for key in ("uri", "digest", "format", "size")}
        assert made.items() <= reference(timetables, run).items()


def events(stack, asset, found):
    """Read an asset's events; Airflow 3.3.2 cannot while a run that one caused has not started."""
    try:
        found[:] = stack.get(f"assets/events?asset_id={asset['id']}&limit=100")["asset_events"]
    except RuntimeError as error:
        if ": 500 " not in str(error):
            raise
    return found


def test_what_waits_for_an_asset_runs_after_it(timetables):
    found = finished(timetables, "after", 1)
    assert {run["run_type"] for run in found} == {"asset_triggered"}
    for run in found:
        after = datetime.fromisoformat(run["run_after"].replace("Z", "+00:00"))
        assert run["logical_date"] is None
        assert datetime.fromisoformat(told(timetables, run)) == after


def test_a_backfill_is_for_the_moments_that_are_made_up(timetables):
    finished(timetables, "days", len(NIGHTS))
    body = {
        "dag_id": "days",
        "from_date": "2025-03-29T00:00:00Z",
        "to_date": "2025-03-30T12:00:00Z",
        "reprocess_behavior": "completed",
        "max_active_runs": 1,
    }
    made: list[int] = []
    timetables.until(lambda: asked_for(timetables, body, made), "Airflow takes it", HEALTHY)
    path = f"backfills/{made[0]}"
    timetables.until(lambda: timetables.get(path)["completed_at"] is not None, "it ended", FINISHED)
    again = [run for run in finished(timetables, "days", 3) if run["run_type"] == "backfill"]
    assert [told(timetables, run) for run in again] == NIGHTS[1:]


def asked_for(stack, body, made):
    """Ask for a backfill; Airflow takes none while somebody else writes to its SQLite."""
    try:
        made.append(stack.call("POST", "backfills", body)["id"])
    except RuntimeError as error:
        if ": 503 " not in str(error):
            raise
    return made
