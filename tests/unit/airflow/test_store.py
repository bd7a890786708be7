"""The stack's artifact store: what a DAG says of it, and where it would lose values."""

from __future__ import annotations

import dataclasses

import pytest

from flowyml.ir import MapSpec
from flowyml.stacks.stack import Secret
from flowyml_airflow import AirflowBackend
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.lowering import lower
from tests.unit.airflow.irs import OPTIONS, node, pipeline

BACKEND = AirflowBackend()
VARIABLE = "FLOWYML_ARTIFACT_STORE"
STEPS = (
    node("STORE", makes=["rows"]),
    node("score", map=MapSpec(concurrency=2), reads=[("row", "STORE", "rows")]),
)


def options(store=None, **settings):
    return dataclasses.replace(
        OPTIONS, settings=settings, store=store, image="team/train:3", stack="there"
    )


def text(store, **settings):
    (artifact,) = BACKEND.compile(pipeline(*STEPS), options(store, **settings))
    return artifact.text


def test_the_file_says_it_once_and_every_task_is_told():
    found = text("s3://bucket/runs")
    assert '\nSTORE = "s3://bucket/runs"\n' in found
    assert found.count("store=STORE)") == 4
    assert "store=STORE" not in text(None)


@pytest.mark.parametrize("source", ["env", "file"])
def test_of_a_secret_it_says_where_it_is(source, monkeypatch):
    monkeypatch.setenv("TEAM_STORE", "s3://hidden")
    assert f'STORE = {{"{source}": "TEAM_STORE"}}' in text(Secret(source, "TEAM_STORE"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"run_in": "docker"}, """"--store", '"s3://bucket/{x}.json"',"""),
        ({"run_in": "kubernetes"}, """"--store", '"s3://bucket/{x}.json"',"""),
        ({"run_in": "python", "python": "/py"}, '"store": \'{{ "s3://bucket/{x}.json" }}\''),
    ],
    ids=lambda each: str(each)[:20],
)
def test_what_runs_apart_is_told_in_text_that_airflow_leaves_alone(settings, said):
    found = text("s3://bucket/{x}.json", **settings)
    assert said in "".join(line.strip() for line in found.splitlines()).replace(",", ", ").replace(
        ",  ", ", "
    )
    assert "\nSTORE = " not in found


def diagnosed(store=None, code=None, **settings):
    asked = dataclasses.replace(options(store, **settings), code=code)
    found = BACKEND.diagnose(pipeline(node("load")), asked)
    assert {each.code for each in found} <= {"FML313"}
    return [each.message.partition(": ")[2] for each in found]


MOUNT = {"source": "/shared", "target": "/data"}
TAKEN = [
    {},
    {"store": "store"},
    {"store": "s3://bucket", "code": "bundle"},
    {"store": "/data", "code": "bundle"},
    {"store": Secret("env", "X"), "run_in": "docker"},
    {"store": "s3://bucket", "run_in": "kubernetes"},
    {"store": "/data/x", "run_in": "docker", "docker": {"mounts": [MOUNT]}},
    {"store": "file:///data", "run_in": "docker", "docker": {"mounts": [MOUNT]}},
    {"run_in": "docker", "environment": {VARIABLE: "s3://bucket"}},
    *(
        {"run_in": "kubernetes", "kubernetes": {kind: [{"name": "n", "env": {VARIABLE: "key"}}]}}
        for kind in ("secrets", "config_maps")
    ),
    {"store": "store", "run_in": "python", "python": "/py"},
]


@pytest.mark.parametrize("said", TAKEN, ids=str)
def test_where_values_last_nothing_is_said(said):
    assert diagnosed(**said) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"run_in": "docker"}, "no artifact store is named"),
        ({"run_in": "kubernetes"}, "no artifact store is named"),
        ({"run_in": "kubernetes", "kubernetes": {"secrets": [{"name": "n"}]}}, "no artifact store"),
        ({"store": "store", "run_in": "docker"}, "'store' is relative"),
        ({"store": "store", "code": "bundle"}, "'store' is relative"),
        ({"store": "/data", "run_in": "kubernetes"}, "'/data' would be lost with its pod"),
        ({"store": "/data", "run_in": "docker"}, "'/data' would be lost with its container"),
        ({"store": "/database", "run_in": "docker", "docker": {"mounts": [MOUNT]}}, "be lost"),
        (
            {
                "store": "file:///data",
                "run_in": "docker",
                "docker": {"mounts": [MOUNT | {"read_only": True}]},
            },
            "'/data' would be lost",
        ),
        ({"store": "s3://b", "run_in": "docker", "environment": {VARIABLE: "/x"}}, "'/x' would be"),
    ],
    ids=str,
)
def test_where_they_would_be_lost_it_is_refused(said, why):
    (message,) = diagnosed(**said)
    assert why in message


def test_tasks_of_one_kind_have_no_constant_of_another():
    file = lower(pipeline(*STEPS), options("s3://b", run_in="docker"), CAPABILITIES["3.3"])
    assert file.store == ()
