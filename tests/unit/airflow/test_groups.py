"""Sub-pipelines as nested task groups."""

from __future__ import annotations

import pytest

from flowyml.ir import needs
from flowyml_airflow import AirflowBackend
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.groups import together
from flowyml_airflow.lowering import lower
from flowyml_airflow.names import group_id
from flowyml_airflow.render import render_dag, task_lines
from flowyml_airflow.validate import validate
from tests.unit.airflow.irs import OPTIONS, node, pipeline


def step(name, *after):
    return node(name, group=tuple(name.split(".")[:-1]), after=after)


def lowered(*steps):
    return lower(pipeline(*steps), OPTIONS, CAPABILITIES["3.3"])


def outline(*steps):
    """Give the heads of the blocks and the variables of the tasks, indented as they stand."""
    lines = render_dag(lowered(*steps)).partition("with DAG(")[2].splitlines()
    kept = [line[4:].partition(" = ")[0] for line in lines if " = step" in line or "with " in line]
    return [line for line in kept if line]


def test_a_sub_pipeline_is_a_group_and_one_in_it_a_group_in_the_group():
    assert outline(step("a"), step("f.b", "a"), step("f.g.c", "f.b"), step("d", "f.g.c")) == [
        "a",
        'with TaskGroup(group_id="f"):',
        "    f__b",
        '    with TaskGroup(group_id="g"):',
        "        f__g__c",
        "d",
    ]


def test_steps_of_a_group_stand_together_if_nothing_speaks_against_it():
    steps = [step("a"), step("f.b"), step("c"), step("f.d"), step("g.e"), step("f.h")]
    assert [each.name for each in together(pipeline(*steps))] == [
        "a", "f.b", "f.d", "f.h", "c", "g.e",
    ]  # fmt: skip


def test_a_group_is_entered_again_where_something_else_stands_between():
    assert outline(step("f.a"), step("b", "f.a"), step("f.c", "b"), step("f.g.d")) == [
        'with TaskGroup(group_id="f") as f__group:',
        "    f__a",
        '    with TaskGroup(group_id="g"):',
        "        f__g__d",
        "b",
        "with f__group:",
        "    f__c",
    ]


def test_needs_come_first_whatever_the_groups():
    steps = [step("f.a"), step("g.b", "f.a"), step("f.c", "g.b"), step("g.d", "f.c"), step("e")]
    done = set()
    for each in together(pipeline(*steps)):
        assert done.issuperset(needs(each))
        done.add(each.name)
    assert len(done) == 5


def test_without_groups_the_order_is_the_pipelines_own():
    steps = (step("c"), step("a"), step("b"))
    assert together(pipeline(*steps)) == steps


def test_a_name_that_airflow_cannot_hold_is_still_what_the_group_shows():
    made = node("clean up.a", group=("clean up",))
    text = render_dag(lowered(made))
    assert f'group_id="{group_id("clean up")}", group_display_name="clean up"' in text


def test_only_what_is_used_is_imported():
    assert "TaskGroup" in lowered(step("f.a")).imports["airflow.sdk"]
    assert "TaskGroup" not in lowered(step("a")).imports["airflow.sdk"]


def test_the_source_map_points_into_the_groups():
    file = lowered(step("a"), step("f.b"))
    text = render_dag(file)
    lines = text.splitlines()
    found = [lines[n - 1] for n in task_lines(file, text).values()]
    assert found == ["    # pipelines/m.py: work", "        # pipelines/m.py: work"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('group_id="f"', 'group_id="g"'),
        ("        f__b = ", "    f__b = "),
        ("    c = step", "        c = step"),
        ("with f__group", "with g__group"),
        (" as f__group", ""),
    ],
)
def test_a_task_in_another_group_is_noticed(old, new):
    file = lowered(step("a"), step("f.b"), step("c", "f.b"), step("f.d", "c"))
    text = render_dag(file)
    assert validate(file, text) == []
    assert old in text
    assert {d.code for d in validate(file, text.replace(old, new, 1))} == {"FML307"}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([node("a.b"), step("a.b.c")], "the same id as the group"),
        ([step(".".join([*["x" * 90] * 2, "y" * 90]))], "longer than 240 characters"),
    ],
    ids=["group-and-task", "long"],
)
def test_ids_that_airflow_refuses_are_found_before(steps, said):
    (diagnostic,) = AirflowBackend().diagnose(pipeline(*steps), OPTIONS)
    assert diagnostic.code == "FML304"
    assert said in diagnostic.message
