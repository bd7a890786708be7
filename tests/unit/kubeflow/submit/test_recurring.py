"""A schedule is a recurring run on Kubeflow: one, of the version that was deployed last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flowyml import Schedule
from flowyml.deploy import deliver, prepare
from flowyml.diagnostics import CompileError, UsageError


@pytest.fixture
def deploy(project, stack):
    def deployed(schedule, *, activate=False, **changes):
        settings = changes.pop("settings", {})
        pipeline = project(**changes)
        if schedule is not None:
            pipeline.schedule(schedule)
        delivery, _ = prepare(pipeline, stack(**settings), activate=activate)
        return deliver(delivery)

    return deployed


def only(there):
    (found,) = there.service.recurring.values()
    return found


def test_a_schedule_becomes_a_recurring_run_of_that_version(deploy, there):
    made = deploy("30 2 * * 7")

    found = only(there)
    (version,) = there.service.versions.values()
    assert found["trigger"] == {"cron_schedule": {"cron": "0 30 2 * * 0"}}
    assert (found["status"], found["no_catchup"]) == ("ENABLED", True)
    assert (
        found["pipeline_version_reference"]["pipeline_version_id"]
        == (version["pipeline_version_id"])
    )
    assert made.notes == (
        "it starts at '0 30 2 * * 0' (seconds first) in UTC, the zone that this Kubeflow reads "
        "cron in",
    )


def test_an_interval(deploy, there):
    made = deploy(timedelta(minutes=10))

    assert only(there)["trigger"] == {"periodic_schedule": {"interval_second": "600"}}
    assert made.notes == ("it starts every 600 seconds",)


def test_what_the_stack_says_of_it(deploy, there):
    settings = {"catchup": True, "max_active_runs": 3, "service_account": "trainer"}
    deploy("@daily", settings={**settings, "pipeline_root": "s3://bucket/runs"})

    found = only(there)
    assert found["trigger"]["cron_schedule"]["cron"] == "0 0 0 * * *"
    assert (found["max_concurrency"], found["no_catchup"]) == ("3", False)
    assert found["service_account"] == "trainer"
    assert found["runtime_config"]["pipeline_root"] == "s3://bucket/runs"


def test_the_same_schedule_is_made_once(deploy, there):
    deploy("@daily")
    before = only(there)["recurring_run_id"]
    deploy("@daily")

    assert only(there)["recurring_run_id"] == before


def test_another_time_or_another_version_replaces_it(deploy, there):
    deploy("@daily")
    deploy("@hourly")
    assert only(there)["trigger"]["cron_schedule"]["cron"] == "0 0 * * * *"

    before = only(there)["pipeline_version_reference"]
    deploy("@hourly", **{"return sum(rows)": "return max(rows)"})
    assert only(there)["pipeline_version_reference"] != before


def test_other_settings_replace_it_wherever_it_was(deploy, there):
    """A setting that is left out again, or another experiment, leaves no second schedule behind."""
    deploy("@daily", settings={"service_account": "trainer", "experiment": "first"})
    assert only(there)["service_account"] == "trainer"

    deploy("@daily", settings={"experiment": "second"})
    found = only(there)
    assert "service_account" not in found
    filed = there.service.experiments[found["experiment_id"]]
    assert filed["display_name"] == "second"


def test_an_experiment_that_somebody_else_makes_meanwhile(deploy, there):
    def meanwhile(request):
        if f"{request.method} {request.url.path}" == "POST /apis/v2beta1/experiments":
            there.interfere = lambda _: None
            there.service.create_experiment({"display_name": "Default"})

    there.interfere = meanwhile
    deploy("@daily")

    assert only(there)["experiment_id"] in there.service.experiments
    assert len(there.service.experiments) == 1


def test_without_a_schedule_it_is_gone(deploy, there):
    deploy("@daily")
    made = deploy(None)

    assert not there.service.recurring
    assert made.notes == ("its recurring run is gone: it has no schedule any more",)


def test_one_that_somebody_disabled_stays_so_until_it_is_to_be_activated(deploy, there):
    deploy("@daily")
    only(there)["status"] = "DISABLED"
    made = deploy("@hourly")
    assert only(there)["status"] == "DISABLED"
    assert made.notes[0].endswith("; it is disabled there, and --unpause enables it")

    deploy("@hourly", activate=True)
    assert only(there)["status"] == "ENABLED"


def test_one_that_somebody_else_made_is_left_alone(deploy, there):
    deploy("@daily")
    found = only(there)
    there.service.recurring["other"] = {
        **found,
        "description": "by hand",
        "recurring_run_id": "other",
    }
    deploy(None)

    assert only(there)["recurring_run_id"] == "other"


def test_a_zone_that_the_installation_does_not_read_cron_in(deploy, there):
    berlin = Schedule("0 6 * * *", timezone="Europe/Berlin")
    with pytest.raises(
        UsageError, match=r"is in Europe/Berlin.* in UTC; .*timezone: Europe/Berlin"
    ):
        deploy(berlin)
    assert not there.asked

    made = deploy(berlin, settings={"timezone": "Europe/Berlin"})
    assert only(there)["trigger"] == {"cron_schedule": {"cron": "0 0 6 * * *"}}
    assert "in Europe/Berlin, the zone" in made.notes[0]


def test_an_asset_starts_nothing_there(deploy, there):
    with pytest.raises(CompileError, match="does not support starting by itself when assets"):
        deploy(Schedule(assets=["training/model"]))
    assert not there.asked
