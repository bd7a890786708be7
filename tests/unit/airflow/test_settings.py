"""The settings of Airflow in a DAG: on the DAG, as defaults of tasks, and of single steps."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import ValidationError

from flowyml.ir import Function, MapSpec, Predicate, Retry
from flowyml_airflow import AirflowBackend
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.code import Call
from flowyml_airflow.lowering import lower
from flowyml_airflow.settings import AirflowSettings
from flowyml_airflow.tasks import lower_tasks
from tests.unit.airflow.irs import OPTIONS, node, pipeline

WHOLE = {
    "owner": "team",
    "pool": "small",
    "pool_slots": "2",
    "queue": "slow",
    "priority_weight": 3,
    "weight_rule": "absolute",
}


def dag(**settings):
    options = dataclasses.replace(OPTIONS, settings=settings)
    return lower(pipeline(node("train")), options, CAPABILITIES["3.3"]).dag.keywords


def test_nothing_said_states_nothing():
    assert {"default_args", "max_active_runs", "max_active_tasks"}.isdisjoint(dag())


def test_limits_and_tags_are_the_dags_and_the_rest_the_default_of_its_tasks():
    found = dag(**WHOLE, max_active_runs="1", max_active_tasks=4, tags=["flowyml", "nightly"])
    assert (found["max_active_runs"], found["max_active_tasks"]) == (1, 4)
    assert found["default_args"] == {**WHOLE, "pool_slots": 2}
    assert found["tags"] == ["flowyml", "nightly"]


def test_a_limit_of_airflows_own_is_a_timedelta():
    said = {"execution_timeout": "90", "steps": {"train": {"execution_timeout": 3600}}}
    assert dag(**said)["default_args"] == {
        "execution_timeout": Call("timedelta", (), {"seconds": 90})
    }
    options = dataclasses.replace(OPTIONS, settings=said)
    (artifact,) = AirflowBackend().compile(pipeline(node("train", timeout=100)), options)
    assert "from datetime import timedelta\n" in artifact.text
    assert "execution_timeout=timedelta(seconds=3600)" in artifact.text


@pytest.mark.parametrize("said", [{}, {"steps": {"train": {"pool": "p"}}}])
def test_a_limit_that_would_cut_the_steps_own_is_refused(said):
    options = dataclasses.replace(OPTIONS, settings={"execution_timeout": 100, **said})
    (told,) = AirflowBackend().diagnose(pipeline(node("train", timeout=100)), options)
    assert (told.code, told.line) == ("FML304", 7)
    assert "execution_timeout: 100 would end step 'train' before its own time" in told.message


def test_every_task_of_a_step_has_the_steps_own():
    asked = Predicate(function=Function(entrypoint="m:p", digest="p"))
    steps = (
        node("load", makes=["rows"]),
        node("score", map=MapSpec(concurrency=2), reads=[("row", "load", "rows")]),
        node("tell", when=(asked,), retry=Retry(attempts=2)),
    )
    settings = AirflowSettings.model_validate(
        {"steps": {n: {"pool": n} for n in ("score", "tell")}}
    )
    pools = {
        task.variable: _maker(task.call).keywords.get("pool")
        for task in lower_tasks(pipeline(*steps), settings)
    }
    assert pools == {
        "load": None,
        "score__split": "score",
        "score__items": "score",
        "score": "score",
        "tell__when": "tell",
        "tell": "tell",
    }


def _maker(call):
    inner = getattr(call.function, "of", call.function)
    return inner if isinstance(inner.function, str) else _maker(inner)


@pytest.mark.parametrize(
    "settings",
    [
        {"pool_slots": 0},
        {"owner": ""},
        {"tags": ["x" * 101]},
        {"queue": "q" * 257},
        {"execution_timeout": 0},
        {"execution_timeout": "inf"},
        {"own": 1},
    ],
)
def test_what_airflow_would_refuse_is_refused(settings):
    with pytest.raises(ValidationError):
        AirflowSettings.model_validate(settings)


def test_the_backend_publishes_the_model():
    assert AirflowBackend().settings() is AirflowSettings
