"""When a DAG runs by itself, in Airflow's own terms.

Timetables are named in full: what Airflow makes of a bare cron expression depends on its version
and on its configuration (`create_cron_data_intervals`), and with it the date that a run is for.
Here a run is always for the moment that it was due.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from flowyml.ir import PipelineIR, Schedule
from flowyml_airflow.assets import asset
from flowyml_airflow.code import Call, Name
from flowyml_airflow.settings import AirflowSettings


def lower_schedule(ir: PipelineIR, settings: AirflowSettings) -> dict[str, Any]:
    """Give the keywords of a DAG that say when it runs."""
    found: dict[str, Any] = {"schedule": _timetable(ir.schedule) if ir.schedule else None}
    for name in ("start_date", "end_date"):
        if (date := getattr(settings, name)) is not None:
            found[name] = _date(date)
    found["catchup"] = bool(settings.catchup)
    if settings.paused is not None:
        found["is_paused_upon_creation"] = settings.paused
    return found


def misfits(ir: PipelineIR, settings: AirflowSettings) -> Iterator[tuple[str, str]]:
    """Give what does not fit together, each with what to do."""
    schedule, start, end = ir.schedule, settings.start_date, settings.end_date
    if settings.catchup and (schedule is None or schedule.assets):
        yield (
            "catchup has no effect without a schedule of times",
            "leave it out, or give the pipeline one: Pipeline(…, schedule='@daily')",
        )
    elif settings.catchup and start is None:
        yield "catchup does not say since when", "set start_date in the same place"
    if start and end and end < start:
        yield f"end_date ({end:%Y-%m-%d}) is before start_date ({start:%Y-%m-%d})", "swap the two"


def kept_from_running(settings: AirflowSettings, date: datetime) -> str:
    """Say why Airflow starts no task of a run for a date; empty if it does.

    It takes such a run all the same: one beyond the DAG's dates has no tasks and succeeds, and one
    in the future waits.
    """
    for name, beyond in (("start_date", date.__lt__), ("end_date", date.__gt__)):
        limit = getattr(settings, name)
        if limit is not None and beyond(limit):
            side = "before" if name == "start_date" else "after"
            return f"it is {side} {limit.isoformat()} (airflow.{name})"
    return "it is in the future" if date > datetime.now(timezone.utc) else ""


def _timetable(schedule: Schedule) -> Any:
    if schedule.cron is not None:
        return Call(
            "CronTriggerTimetable", (schedule.cron,), {"timezone": schedule.timezone or "UTC"}
        )
    if schedule.every is not None:
        return Call("DeltaTriggerTimetable", (_timedelta(schedule.every),))
    return [asset(each) for each in schedule.assets]


def _timedelta(seconds: int) -> Call:
    units = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
    unit = next(name for name, length in units.items() if seconds % length == 0)
    return Call("timedelta", (), {unit: seconds // units[unit]})


def is_time(seconds: int) -> bool:
    """Tell whether a timedelta holds a number of seconds."""
    return seconds <= timedelta.max.total_seconds()


def _date(date: datetime) -> Call:
    parts = [date.year, date.month, date.day, date.hour, date.minute, date.second]
    while len(parts) > 3 and parts[-1] == 0:
        parts.pop()
    return Call("datetime", tuple(parts), {"tzinfo": Name("timezone.utc")})
