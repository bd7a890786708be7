"""`Pipeline(settings={…})`: what it takes, and where it goes."""

from __future__ import annotations

import datetime

import pytest

from flowyml import CompileError, Pipeline, step


@step
def make():
    return 1


def test_they_are_in_the_ir_as_plain_json():
    date = datetime.datetime(2025, 1, 31, tzinfo=datetime.timezone.utc)
    said = {"airflow": {"tags": ("a", "b"), "from": date, "steps": {"make": {"pool": "gpu"}}}}
    assert Pipeline("p", settings=said).add_step(make).build().settings == {
        "airflow": {
            "tags": ["a", "b"],
            "from": "2025-01-31T00:00:00+00:00",
            "steps": {"make": {"pool": "gpu"}},
        }
    }
    assert Pipeline("p").add_step(make).build().settings is None


def test_what_is_said_later_changes_nothing():
    said = {"airflow": {"tags": ["a"]}}
    pipeline = Pipeline("p", settings=said)
    said["airflow"]["tags"].append("b")
    assert pipeline.settings == {"airflow": {"tags": ["a"]}}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("airflow", "settings by target, as in .* not str"),
        ({"airflow": "me"}, "settings by target, as in .*'airflow' has 'me'"),
        ({"airflow": {"owner": make}}, r"plain JSON values, and \['airflow'\]\['owner'\] is a "),
        ({"airflow": {1: 2}}, "JSON keys are text"),
    ],
)
def test_another_form_is_refused_at_once(said, message):
    with pytest.raises(TypeError, match=message):
        Pipeline("p", settings=said)


def test_those_of_every_target_are_checked_when_compiling():
    pipeline = Pipeline("p", settings={"airflow": {"ownr": 1}, "x": {}}).add_step(make)
    with pytest.raises(CompileError) as raised:
        pipeline.compile("ir")
    assert [each.code for each in raised.value.diagnostics] == ["FML315", "FML315"]
    assert pipeline.run().success
