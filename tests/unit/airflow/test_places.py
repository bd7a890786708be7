"""Settings of places where steps run: each has an effect, and Airflow's templates change none."""

from __future__ import annotations

import ast
import dataclasses

import pytest

from flowyml_airflow import AirflowBackend
from tests.unit.airflow.irs import OPTIONS, node, pipeline

BACKEND = AirflowBackend()
IR = pipeline(node("load", makes=["rows"]), node("train", image="team/train.sh"))


def diagnosed(**settings):
    options = dataclasses.replace(OPTIONS, settings=settings, store="s3://b", image="team/load.env")
    return [
        (each.severity, each.message, each.help)
        for each in BACKEND.diagnose(IR, options)
        if each.code == "FML316"
    ]


def test_what_a_step_does_not_go_by_is_refused():
    own = {"run_in": "kubernetes", "python": "/py", "docker": {"network": "host"}}
    found = diagnosed(run_in="docker", docker={"user": "me"}, steps={"train": own})
    assert found == [
        (
            "error",
            f"'{key}' has no effect on step 'train', which runs in a pod",
            f"say run_in: {key}, or leave it out",
        )
        for key in ("python", "docker")
    ]


def test_what_holds_for_all_steps_and_no_step_goes_by_is_advised_of():
    settings = {"python": "/py", "environment": {"A": "b"}, "kubernetes": {"namespace": "ml"}}
    found = diagnosed(**settings, docker={"user": "me"}, steps={"train": {"run_in": "docker"}})
    assert [(severity, message.partition(" ")[0]) for severity, message, _ in found] == [
        ("advice", "'python'"),
        ("advice", "'kubernetes'"),
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"run_in": "python", "python": "/py", "environment": {"A": "b"}},
        {"steps": {"train": {"run_in": "kubernetes"}}, "kubernetes": {"namespace": "ml"}},
        {"run_in": "docker", "steps": {"train": {"docker": {"user": "me"}}}},
        {"run_in": "docker", "steps": {"gone": {"python": "/py"}}},
    ],
)
def test_what_a_step_goes_by_is_not_told(settings):
    assert diagnosed(**settings) == []


def test_names_that_look_like_templates_stay_as_they_are():
    options = dataclasses.replace(
        OPTIONS,
        settings={"run_in": "docker", "docker": {"connection": "{{ c }}"}},
        store="s3://b",
        image="team/load.env",
    )
    (artifact,) = BACKEND.compile(IR, options)
    assert """image='{{ "team/load.env" }}',""" in artifact.text
    assert """image='{{ "team/train.sh" }}',""" in artifact.text
    assert """docker_conn_id='{{ "{{ c }}" }}',""" in artifact.text


def compiled_in(place, **settings):
    options = dataclasses.replace(
        OPTIONS, settings={"run_in": place, **settings}, store="s3://b", image="team/load.env"
    )
    ir = pipeline(node("load", makes=["rows"]))
    return BACKEND.compile(ir, options)[0].text


def test_what_is_no_template_of_airflow_is_written_as_it_is():
    values = {"A": "/etc/app.json", "B": "{{ b }}"}
    text = compiled_in("python", python="/{{ p }}/bin/python", environment=values)
    assert 'env_vars={"A": "/etc/app.json", "B": "{{ b }}"},' in text
    assert """python='{{ "/{{ p }}/bin/python" }}',""" in text
    text = compiled_in("kubernetes", kubernetes={"service_account": "a.json", "namespace": "b"})
    assert 'service_account_name="a.json",' in text


@pytest.mark.airflow
@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "module", "settings"),
    [
        ("python", "standard.operators.python", {"python": "/{{ p }}/python"}),
        ("docker", "docker.operators.docker", {"docker": {"connection": "{{ c }}"}}),
        (
            "kubernetes",
            "cncf.kubernetes.operators.pod",
            {
                "kubernetes": {
                    "service_account": "a.json",
                    "namespace": "b.json",
                    "connection": "{{ c }}",
                    "node_selector": {"a": "b.json"},
                    "labels": {"a": "b.json"},
                    "annotations": {"a": "{{ b }}"},
                    "secrets": [{"name": "a.json"}],
                }
            },
        ),
    ],
)
def test_what_is_written_as_a_template_is_one_of_airflow(place, module, settings):
    operators = pytest.importorskip(f"airflow.providers.{module}")
    text = compiled_in(place, environment={"A": "{{ x }}"}, **settings)
    calls = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)]
    (call,) = [each for each in calls if ast.unparse(each.func).endswith("Operator")]
    rendered = {each.arg for each in call.keywords if '{{ "' in ast.unparse(each.value)}
    operator = getattr(operators, ast.unparse(call.func))
    assert rendered
    assert rendered <= {*operator.template_fields}
