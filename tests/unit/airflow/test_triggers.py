"""Skips: trigger rules, and the tasks that ask conditions."""

from __future__ import annotations

import pytest

from flowyml.ir import FromAsset, FromContext, Function, Parameter, Predicate, Retry
from flowyml_airflow.code import Item
from flowyml_airflow.settings import AirflowSettings
from flowyml_airflow.tasks import lower_tasks
from flowyml_airflow.triggers import trigger_rule
from tests.unit.airflow.irs import given, node, pipeline

SHARED = "a#when[0]"


def when(*, negate=False, shared=None):
    function = Function(entrypoint="pipelines.m:work#when[0]", digest="c" * 64)
    return Predicate(function=function, negate=negate, shared=shared)


def tasks(*steps, **fields):
    found = lower_tasks(pipeline(*steps, **fields), AirflowSettings())
    return {task.variable: task for task in found}


def options(task):
    return task.call.function.keywords


def spec(task):
    return task.call.args[0]


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        (node("x"), {}),
        (node("x", reads=[("a", "sure", "sure")]), {}),
        (node("x", reads=[("a", "maybe", "maybe")]), {"trigger_rule": "none_failed"}),
        (
            node("x", reads=[("a", "sure", "sure"), ("b", "maybe", "maybe")]),
            {"trigger_rule": "none_failed"},
        ),
        (node("x", after=["maybe"]), {"trigger_rule": "none_failed"}),
        (node("maybe", reads=[("a", "sure", "sure")]), {}),
    ],
    ids=["nothing", "sure", "skipped", "one-of-two", "after", "own-condition"],
)
def test_a_task_behind_a_possible_skip_waits_for_all_and_puts_failure_first(step, rule):
    assert trigger_rule(step, {"maybe"}) == rule


def test_skips_pass_on_to_whatever_is_behind_them():
    found = tasks(
        node("a", when=(when(),)),
        node("b", reads=[("a", "a", "a")]),
        node("c", after=["b"]),
        node("d", reads=[("c", "c", "c")]),
    )
    rules = {name: options(task).get("trigger_rule") for name, task in found.items()}
    assert rules == {"a": None, "b": "none_failed", "c": "none_failed", "d": None}


def test_a_step_asks_its_own_conditions_where_it_can():
    found = tasks(node("a", when=(when(), when(negate=True))))
    assert list(found) == ["a"]
    assert [guard.get("negate") for guard in spec(found["a"])["when"]] == [None, True]
    assert found["a"].call.keywords == {}


def test_what_only_a_condition_reads_is_an_input_too():
    limit = Parameter(name="limit", binding=FromAsset(step="load", output="limit"))
    step = node("a", when=(when(),), condition_parameters=(limit,))
    found = tasks(node("load", makes=["limit"]), step)["a"]
    assert found.call.args[1] == {"limit": Item("load", "limit")}
    assert spec(found)["condition_only"] == ["limit"]


def test_the_worker_is_told_which_inputs_may_be_missing():
    optional = Parameter(name="x", binding=FromAsset(step="a", output="a", optional=True))
    reader = node("b").model_copy(update={"parameters": (optional,)})
    assert spec(tasks(node("a", when=(when(),)), reader)["b"])["optional"] == ["x"]


def test_a_step_that_is_tried_again_is_decided_on_once():
    retried = node("a", when=(when(),), retry=Retry(attempts=3), after=["load"], timeout=5.0)
    found = tasks(node("load"), retried)
    assert list(found) == ["load", "a__when", "a"]
    assert options(found["a__when"]) == {"task_id": "a__when", "retries": 0}
    assert found["a__when"].after == found["a"].after == ("load",)
    assert spec(found["a__when"])["decides"] == {"a": True}
    assert not {"outputs", "timeout", "retry"} & spec(found["a__when"]).keys()
    assert found["a"].call.args[1:] == ({"@when": Item("a__when", "a")},)
    assert found["a__when"].step == "a"


def both(name, other, *, negate):
    return node(
        name,
        reads=[("rows", "load", "rows"), (f"own_{name}", "more", "more")],
        context=["limit"],
        makes=["model"],
        after=["check", f"before_{name}"],
        when=(when(negate=negate, shared=SHARED),),
    )


def test_the_predicate_of_complementary_steps_is_asked_by_one_task_that_needs_no_more():
    reader = Parameter(name="m", binding=FromAsset(step="a", output="model", otherwise="b"))
    found = tasks(
        node("load", makes=["rows"]),
        *map(node, ["more", "check", "before_a", "before_b"]),
        both("a", "b", negate=False),
        both("b", "a", negate=True),
        node("c").model_copy(update={"parameters": (reader,)}),
        parameters=(given("limit", "integer", 1),),
    )
    asks = found["a__when"]
    assert "b__when" not in found
    assert asks.call.args[1] == {"rows": Item("load", "rows")}
    assert asks.after == ("check",)
    assert spec(asks)["decides"] == {"a": True, "b": False}
    assert spec(asks)["params"] == {"limit": "integer"}
    assert found["a"].call.args[1]["@when"] == Item("a__when", "a")
    assert found["b"].call.args[1]["@when"] == Item("a__when", "b")
    assert found["c"].call.args[1] == {"m": [Item("a", "model"), Item("b", "model")]}
    assert options(found["c"])["trigger_rule"] == "none_failed"


def test_a_decision_behind_a_skip_is_not_skipped_before_all_has_ended():
    retried = node("b", reads=[("a", "a", "a")], when=(when(),), retry=Retry(attempts=2))
    found = tasks(node("a", when=(when(),)), retried)
    assert options(found["b__when"])["trigger_rule"] == "none_failed"


def test_a_condition_that_reads_the_context_alone_has_no_inputs():
    key = Parameter(name="limit", binding=FromContext())
    step = node("a", when=(when(),), condition_parameters=(key,), retry=Retry(attempts=2))
    found = tasks(step, parameters=(given("limit", "integer", 1),))
    assert len(found["a__when"].call.args) == 1
