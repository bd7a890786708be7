"""Sections of targets in stacks: read, merged along `extends:`, refused with their lines."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowyml import load_stack
from flowyml.stacks import mistakes
from flowyml.stacks.schema import json_schema
from flowyml.stacks.sections import flat, over

TWO = """
stacks:
  base:
    orchestrator: {type: airflow}
    airflow:
      owner: team
      max_active_runs: 1
      steps: {train: {pool: gpu, queue: slow}}
  special:
    extends: base
    airflow:
      owner: ${WHO:-me}
      steps: {train: {pool: big}, part.load: {priority_weight: 7}}
"""


def test_a_section_is_laid_over_that_of_the_base_key_by_key(write):
    write(TWO)
    assert load_stack("special").section("airflow") == {
        "owner": "me",
        "max_active_runs": 1,
        "steps": {"train": {"pool": "big", "queue": "slow"}, "part.load": {"priority_weight": 7}},
    }
    assert load_stack("base").section("airflow")["owner"] == "team"
    assert load_stack("base").section("kubeflow") == {}


@pytest.mark.parametrize("target", ["airflow", "kubeflow"])
def test_a_secret_by_reference_is_replaced_as_a_whole(write, target):
    write(f"""
        stacks:
          base: {{orchestrator: {{type: {target}}}, {target}: {{token: {{env: HERE}}}}}}
          other: {{extends: base, {target}: {{token: {{file: there.txt}}}}}}
    """)
    assert load_stack("other").section(target) == {"token": {"file": "there.txt"}}


def test_a_variable_called_like_a_kind_of_secret_is_a_variable(write):
    write("""
        stacks:
          base: {orchestrator: {type: airflow}, airflow: {environment: {env: a}}}
          other: {extends: base, airflow: {environment: {file: b}}}
    """)
    assert load_stack("other").section("airflow") == {"environment": {"env": "a", "file": "b"}}


def test_its_settings_are_shown_each_under_the_way_to_it(write):
    write(TWO)
    assert load_stack("special").settings() == {
        "orchestrator.type": "airflow",
        "airflow.owner": "me",
        "airflow.max_active_runs": 1,
        "airflow.steps.train.pool": "big",
        "airflow.steps.train.queue": "slow",
        "airflow.steps.part.load.priority_weight": 7,
    }


WRONG = """\
stacks:
  a:
    orchestrator: {type: airflow}
    airflow:
      max_active_runs: many
      ownr: me
      pool_slots: 0
      weight_rule: upwards
      tags: one
      kubernetes:
        tolerations: [{key: gpu, operator: Is}, {operator: Exists, value: x}, {}]
      steps:
        train: {pol: gpu}
        load: 3
  b:
    airflow: {owner: me}
  c:
    orchestrator: {type: kubeflow}
    airflow: {}
  d:
    extends: a
    airflow: [owner]
"""


def test_every_mistake_is_told_at_once_with_its_line(write):
    write(WRONG)
    assert mistakes() == [
        "flowyml.yaml:5: max_active_runs takes a whole number",
        "flowyml.yaml:6: unknown key 'ownr'; did you mean 'owner'?",
        "flowyml.yaml:7: pool_slots must be greater than or equal to 1",
        "flowyml.yaml:8: weight_rule must be 'downstream', 'upstream' or 'absolute'",
        "flowyml.yaml:9: tags takes a list",
        "flowyml.yaml:11: tolerations[0].operator must be 'Equal' or 'Exists'",
        "flowyml.yaml:11: tolerations[1] takes no value with the operator Exists",
        "flowyml.yaml:11: tolerations[2] needs a key, or the operator Exists",
        "flowyml.yaml:13: unknown key 'pol'; did you mean 'pool'?",
        "flowyml.yaml:14: load takes a mapping",
        "flowyml.yaml:16: airflow has no effect on local",
        "flowyml.yaml:19: airflow has no effect on kubeflow",
        "flowyml.yaml:22: airflow takes a mapping",
    ]


def test_an_unset_variable_in_a_section_is_told_of_its_stack_alone(write, monkeypatch):
    monkeypatch.delenv("UNSET", raising=False)
    write(
        "stacks:\n  a: {orchestrator: {type: airflow}, airflow: {owner: '${UNSET}', queue: q}}\n"
        "  b: {orchestrator: {type: airflow}}"
    )
    assert [each.split(":")[1] for each in mistakes()] == ["2"]
    assert mistakes("b") == []


@pytest.mark.parametrize(
    ("section", "good"),
    [
        ({"owner": "me", "steps": {"train": {"pool": "gpu"}}}, True),
        ({"ownr": "me"}, False),
        ({"steps": {"train": {"tags": ["x"]}}}, False),
        ({"max_active_runs": 0}, False),
    ],
)
def test_the_published_schema_knows_sections(section, good):
    file = {"stacks": {"a": {"orchestrator": {"type": "airflow"}, "airflow": section}}}
    schema = json.loads(json.dumps(json_schema()))
    assert jsonschema.Draft202012Validator(schema).is_valid(file) is good


def test_the_file_above_is_good_by_the_schema():
    jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(TWO))


LEAVES = st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2))
PARTS = st.fixed_dictionaries({}, optional={"a": LEAVES, "b": LEAVES})
TREES = st.fixed_dictionaries({}, optional={"a": LEAVES, "m": PARTS, "n": PARTS})
"""A model says of each key whether settings or a single value stand under it."""


@given(TREES, TREES, TREES)
def test_laying_settings_over_others_is_the_same_in_any_grouping(a, b, c):
    assert over(over(a, b), c) == over(a, over(b, c))
    assert over(a, {}) == over({}, a) == over(a, a) == a
    assert dict(flat(b, "x")).items() <= dict(flat(over(a, b), "x")).items()
