"""Map tasks as tasks of Airflow's own, and those that cannot be."""

from __future__ import annotations

import pytest

from flowyml.ir import Function, MapSpec, Retry
from flowyml_airflow.capabilities import CAPABILITIES, WHOLE
from flowyml_airflow.code import Call, Item, Method, Name
from flowyml_airflow.lowering import lower
from flowyml_airflow.map_tasks import is_native
from flowyml_airflow.names import variable
from flowyml_airflow.render import render_dag, task_lines
from flowyml_airflow.settings import AirflowSettings
from flowyml_airflow.tasks import lower_tasks
from flowyml_airflow.validate import validate
from tests.unit.airflow.irs import OPTIONS, node, pipeline

FALLBACK = Function(entrypoint="m:work#fallback", digest="f" * 64)


def mapped(name="score", *, spec=None, **fields):
    fields = {"reads": [("row", "load", "rows")], **fields}
    return node(name, map=spec or MapSpec(concurrency=3), **fields)


def lowered(*steps):
    return lower(pipeline(node("load", makes=["rows"]), *steps), OPTIONS, CAPABILITIES["3.3"])


def tasks(*steps):
    return {task.variable: task for task in lower_tasks(pipeline(*steps), AirflowSettings())}


def test_a_map_task_is_split_worked_on_and_collected():
    found = tasks(node("load", makes=["rows"]), mapped(after=["load"]))
    assert list(found) == ["load", "score__split", "score__items", "score"]
    split, items, collect = (found[n].call for n in ("score__split", "score__items", "score"))
    assert split.function == Call(
        "split_map.override", (), {"task_id": "score__split", "retries": 0}
    )
    assert split.args[1] == {"row": Item("load", "rows")}
    maker = Call(
        "map_items.override",
        (),
        {"task_id": "score__items", "retries": 0, "max_active_tis_per_dagrun": 3},
    )
    given = Call(Method(maker, "partial"), (), {"plan": Item("score__split", "plan")})
    assert items == Call(Method(given, "expand"), (), {"part": Name("score__split")})
    assert collect == Call(
        Call(
            "collect_map.override",
            (),
            {"task_id": "score", "retries": 0, "trigger_rule": "all_done"},
        ),
        (Name("score__split"), Name("score__items")),
    )


def test_whoever_reads_the_result_reads_what_was_collected():
    reader = node("report", reads=[("scores", "score", "score")])
    found = tasks(node("load", makes=["rows"]), mapped(), reader)
    assert found["report"].call.args[1] == {"scores": Item("score", "score")}


def test_the_name_that_airflow_cannot_hold_is_shown_on_the_task_that_collects():
    found = tasks(mapped("score all", reads=()))
    name = variable("score all")
    assert list(found) == [f"{name}__split", f"{name}__items", name]
    assert found[name].call.function.keywords["task_display_name"] == "score all"


@pytest.mark.parametrize(
    ("step", "native"),
    [
        (mapped(), True),
        (mapped(retry=Retry(attempts=1)), True),
        (mapped(retry=Retry(attempts=2)), False),
        (mapped(fallback=FALLBACK), False),
        (mapped(spec=MapSpec(concurrency=1, fail_fast=True)), False),
        (node("score"), False),
    ],
    ids=["plain", "once", "retried", "fallback", "fail-fast", "no-map"],
)
def test_what_must_be_one_process_is_one_task(step, native):
    assert is_native(step) is native
    assert list(tasks(node("load", makes=["rows"]), step))[1:] == (
        ["score__split", "score__items", "score"] if native else ["score"]
    )


def test_the_ledger_names_only_maps_in_one_task():
    assert lowered(mapped()).ledger == ()
    both = lowered(mapped(), mapped("other", retry=Retry(attempts=2)))
    assert both.ledger == (f"emulated: map: {WHOLE}",)


def test_the_functions_are_there_where_they_are_needed():
    assert "def split_map" not in render_dag(lowered(mapped(retry=Retry(attempts=2))))
    assert "def split_map" in render_dag(lowered(mapped()))


def test_the_source_map_points_at_the_first_task_of_the_step():
    file = lowered(mapped(), node("next"))
    text = render_dag(file)
    lines = text.splitlines()
    assert [lines[n - 1].strip() for n in task_lines(file, text).values()] == [
        "# pipelines/m.py: work",
        "# pipelines/m.py: work (its items)",
        "# pipelines/m.py: work",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('score__split["plan"]', 'load["plan"]'),
        (".expand(part=score__split)", ".expand(part=score__items)"),
        (".expand(", ".map("),
        ('trigger_rule="all_done"', 'trigger_rule="all_success"'),
        ("max_active_tis_per_dagrun=3", "max_active_tis_per_dagrun=4"),
        ("work_on_items(plan, part, ", "work_on_items(part, plan, "),
        ("score__split, score__items", "score__items, score__split"),
    ],
)
def test_a_change_of_meaning_is_noticed(old, new):
    file = lowered(mapped())
    text = render_dag(file)
    assert validate(file, text) == []
    assert old in text
    assert {d.code for d in validate(file, text.replace(old, new, 1))} == {"FML307"}
