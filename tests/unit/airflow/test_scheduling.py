"""When a DAG runs, and the assets of Airflow that it starts after and makes."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from flowyml.ir import ContextParameter, MapSpec, Schedule
from flowyml_airflow import AirflowBackend
from flowyml_airflow.names import xcom_key
from flowyml_airflow.scheduling import kept_from_running
from flowyml_airflow.settings import AirflowSettings
from flowyml_airflow.signals import tell_outlets, tell_pushed
from flowyml_airflow.tasks import lower_tasks
from flowyml_airflow.uris import output_of, uri_of
from tests.unit.airflow.irs import OPTIONS, node, pipeline

BACKEND = AirflowBackend()


def compiled(schedule=None, **settings):
    ir = pipeline(node("train", makes=["model"]), schedule=schedule)
    (artifact,) = BACKEND.compile(ir, dataclasses.replace(OPTIONS, settings=settings))
    return artifact.text


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        (None, "schedule=None,"),
        (Schedule(cron="0 6 * * 1"), 'schedule=CronTriggerTimetable("0 6 * * 1", timezone="UTC"),'),
        (
            Schedule(cron="0 6 * * 1", timezone="Europe/Berlin"),
            'CronTriggerTimetable("0 6 * * 1", timezone="Europe/Berlin"),',
        ),
        (Schedule(every=3 * 604_800), "DeltaTriggerTimetable(timedelta(weeks=3)),"),
        (Schedule(every=36 * 3600), "DeltaTriggerTimetable(timedelta(hours=36)),"),
        (Schedule(every=90), "DeltaTriggerTimetable(timedelta(seconds=90)),"),
        (
            Schedule(assets=("a b/c", "s3://b/k")),
            'schedule=[Asset("x-flowyml://a%20b/c"), Asset("s3://b/k")],',
        ),
    ],
)
def test_the_schedule_is_named_in_full(schedule, text):
    assert text in compiled(schedule)


def test_a_run_for_a_date_to_come_would_wait_for_it():
    far = datetime(9000, 1, 1, tzinfo=timezone.utc)
    assert kept_from_running(AirflowSettings(), far) == "it is in the future"
    assert kept_from_running(AirflowSettings(end_date="8999-12-31"), far).startswith("it is after")
    past = datetime(2025, 1, 31, tzinfo=timezone.utc)
    assert kept_from_running(AirflowSettings(start_date=past, end_date=past), past) == ""


def test_dates_catchup_and_pause():
    text = compiled(
        Schedule(cron="0 6 * * *"),
        start_date="2025-01-31",
        end_date="2025-06-30T23:59+02:00",
        catchup="true",
        paused=False,
    )
    assert "start_date=datetime(2025, 1, 31, tzinfo=timezone.utc)," in text
    assert "end_date=datetime(2025, 6, 30, 21, 59, tzinfo=timezone.utc)," in text
    assert "catchup=True," in text
    assert "is_paused_upon_creation=False," in text
    assert "from datetime import datetime, timezone\n" in text


@pytest.mark.parametrize("date", ["tomorrow", 3, "20", ""])
def test_a_date_is_an_iso_date(date):
    with pytest.raises(ValidationError, match="ISO 8601"):
        AirflowSettings.model_validate({"start_date": date})


def test_dates_come_back_from_json_as_they_were():
    said = AirflowSettings.model_validate({"start_date": "2025-01-31T06:00:30+02:00"})
    again = AirflowSettings.model_validate(said.model_dump(mode="json", exclude_unset=True))
    assert again == said
    assert said.start_date == datetime(2025, 1, 31, 4, 0, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("schedule", "settings", "message"),
    [
        (None, {"catchup": True}, "catchup has no effect without a schedule of times"),
        (Schedule(assets=("a/b",)), {"catchup": True, "start_date": "2025-01-01"}, "catchup has"),
        (Schedule(cron="0 6 * * *"), {"catchup": True}, "catchup does not say since when"),
        (
            Schedule(cron="0 6 * * *"),
            {"start_date": "2025-01-02", "end_date": "2025-01-01"},
            "end_date (2025-01-01) is before start_date (2025-01-02)",
        ),
    ],
)
def test_settings_that_do_not_fit_together(schedule, settings, message):
    ir = pipeline(node("train"), schedule=schedule)
    (found,) = BACKEND.diagnose(ir, dataclasses.replace(OPTIONS, settings=settings))
    assert found.code == "FML316"
    assert found.message.startswith(message)


def test_nobody_gives_a_value_to_a_run_that_the_schedule_starts():
    parameter = ContextParameter(key="rate", type="number", required=True)
    ir = pipeline(node("train", context=["rate"]), parameters=(parameter,))
    assert BACKEND.diagnose(ir, OPTIONS) == ()
    scheduled = ir.model_copy(update={"schedule": Schedule(cron="0 6 * * *")})
    (found,) = BACKEND.diagnose(scheduled, OPTIONS)
    assert found.code == "FML304"
    assert "'rate' has no default" in found.message


def test_a_time_that_python_cannot_hold():
    (found,) = BACKEND.diagnose(pipeline(node("a"), schedule=Schedule(every=10**15)), OPTIONS)
    assert "longer than Python holds" in found.message


@pytest.mark.parametrize(
    ("uri", "version", "why"),
    [
        ("airflow://x/y", "3.3", "the scheme 'airflow' is Airflow's own"),
        ("training/" + "x" * 1500, "2.10", "its URI is longer than 1500 characters"),
        ("s3://b/ü", "2.11", "Airflow 2 takes ASCII only"),
    ],
)
def test_what_airflow_does_not_take_as_an_asset(uri, version, why):
    ir = pipeline(node("train"), schedule=Schedule(assets=(uri, "s3://b/k")))
    (found,) = BACKEND.diagnose(ir, dataclasses.replace(OPTIONS, version=version))
    assert found.code == "FML304"
    assert found.message.startswith(f"'{uri}' cannot be an asset of Airflow: {why}")


def test_what_a_step_makes_may_not_be_an_asset_of_airflow_either():
    ir = pipeline(node("train", makes=["x" * 1500]))
    assert BACKEND.diagnose(ir, OPTIONS) == ()
    (found,) = BACKEND.diagnose(ir, dataclasses.replace(OPTIONS, settings={"outlets": True}))
    assert "longer than 1500" in found.message


def test_airflow_3_takes_any_text_as_an_asset():
    ir = pipeline(node("train"), schedule=Schedule(assets=("s3://b/ü",)))
    assert BACKEND.diagnose(ir, OPTIONS) == ()


@pytest.mark.parametrize("name", ["max_active_runs", "max_active_tasks", "pool_slots"])
def test_counts_are_those_of_a_database(name):
    with pytest.raises(ValidationError, match="less than or equal to 2147483647"):
        AirflowSettings.model_validate({name: 2**31})


def test_what_a_step_makes_is_stated_where_it_is_asked_for():
    steps = (
        node("load", makes=["rows", "head"]),
        node("score", makes=["scores"], map=MapSpec(concurrency=2), reads=[("r", "load", "rows")]),
        node("tell"),
    )
    settings = {"outlets": True, "steps": {"tell": {"outlets": True}, "load": {"pool": "x"}}}
    found = lower_tasks(pipeline(*steps), AirflowSettings.model_validate(settings))
    uris = {task.variable: _outlets(task.call) for task in found}
    assert uris == {
        "load": ["x-flowyml://training/rows", "x-flowyml://training/head"],
        "score__split": [],
        "score__items": [],
        "score": ["x-flowyml://training/scores"],
        "tell": ["x-flowyml://training/tell"],
    }
    settings = {"outlets": True, "steps": {"load": {"outlets": "false"}}}
    found = lower_tasks(pipeline(*steps), AirflowSettings.model_validate(settings))
    assert _outlets(found[0].call) == []
    assert _outlets(lower_tasks(pipeline(*steps), AirflowSettings())[0].call) == []


def _outlets(call):
    while not isinstance(call.function, str):
        call = getattr(call.function, "of", call.function)
    return [asset.args[0] for asset in call.keywords.get("outlets", [])]


def test_a_name_comes_back_from_its_uri():
    assert uri_of("a/b", "best model") == "x-flowyml://a%2Fb/best%20model"
    assert output_of(uri_of("a/b", "c/d é")) == "c/d é"


def test_the_event_of_an_asset_says_where_its_value_is():
    mine, other = (SimpleNamespace(uri=uri) for uri in ("x-flowyml://p/model", "s3://b/k"))
    events = {id(each): SimpleNamespace(extra={}) for each in (mine, other)}
    context = {"task": SimpleNamespace(outlets=[mine, other]), "outlet_events": _Events(events)}
    tell_outlets(context, {"model": {"uri": "u", "digest": "d"}})
    assert events[id(mine)].extra == {"uri": "u", "digest": "d"}
    assert events[id(other)].extra == {}


def test_what_ran_elsewhere_is_told_by_what_it_pushed():
    names = ("plain", "return_value")
    assets = [SimpleNamespace(uri=f"x-flowyml://p/{name}") for name in (*names, "none")]
    events = {id(each): SimpleNamespace(extra={}) for each in assets}
    context = {"task": SimpleNamespace(outlets=assets), "outlet_events": _Events(events)}
    tell_pushed(context, {xcom_key(name): {"uri": name} for name in names} | {"x": {"uri": "x"}})
    assert [event.extra.get("uri") for event in events.values()] == [*names, None]


def test_what_runs_elsewhere_says_where_it_is_if_it_is_asked_for():
    ir = pipeline(node("publish_apart"), node("tell"))
    options = dataclasses.replace(
        OPTIONS, settings={"run_in": "python", "python": "/py", "steps": {"tell": OUTLETS}}
    )
    text = BACKEND.compile(ir, options)[0].text
    assert text.count("post_execute=publish_apart,") == 1
    assert "def publish_apart(context, result):" in text
    options = dataclasses.replace(OPTIONS, settings={"steps": {"tell": OUTLETS}})
    assert "post_execute" not in BACKEND.compile(ir, options)[0].text


OUTLETS = {"outlets": True}


class _Events:
    """Airflow's accessor of the events that a task is to emit, by asset."""

    def __init__(self, events):
        self._events = events

    def __getitem__(self, asset):
        return self._events[id(asset)]
