"""What a DAG file says, decided on data."""

from __future__ import annotations

import pytest

from flowyml.ir import ContextParameter, Retry
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.code import Call, Item, Name
from flowyml_airflow.lowering import lower
from flowyml_airflow.names import variable, xcom_key
from flowyml_airflow.params import lower_param, lower_params
from tests.unit.airflow.irs import OPTIONS, given, node, pipeline, training


def lowered(ir):
    return lower(ir, OPTIONS, CAPABILITIES["3.3"])


def task(step, **fields):
    return lowered(pipeline(step, **fields)).tasks[-1]


def options(step):
    return task(step).call.function.keywords


def spec(step):
    return task(step).call.args[0]


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        (None, {"retries": 0}),
        (Retry(attempts=1, delay=5), {"retries": 0}),
        (Retry(attempts=3, delay=1.5), {"retries": 2, "retry_delay": 1.5}),
        (Retry(attempts=2, delay=9, max_delay=4), {"retries": 1, "retry_delay": 4}),
        (
            Retry(attempts=4, delay=1, backoff=2, max_delay=8),
            {
                "retries": 3,
                "retry_delay": 1,
                "retry_exponential_backoff": 2.0,
                "max_retry_delay": 8,
            },
        ),
    ],
    ids=["none", "one-attempt", "constant", "capped", "growing"],
)
def test_retries_are_airflows_own_and_always_stated(retry, expected):
    found = {
        name: value.keywords["seconds"] if isinstance(value, Call) else value
        for name, value in options(node("train", retry=retry)).items()
    }
    assert found == {"task_id": "train", **expected}


def test_the_worker_is_not_told_to_retry_as_well():
    assert "retry" not in spec(node("train", retry=Retry(attempts=3)))


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (given("x", "integer", 1), Call("Param", (1,), {"type": "integer"})),
        (given("x", "any", [1]), Call("Param", ([1],))),
        (
            given("x", "string", None, nullable=True),
            Call("Param", (None,), {"type": ["null", "string"]}),
        ),
        (
            given("x", "integer", 2**53 + 1),
            Call("Param", ("9007199254740993",), {"type": ["integer", "string"]}),
        ),
        (
            given("x", "array", [{"n": -(2**60)}]),
            Call("Param", ('[{"n": -1152921504606846976}]',), {"type": ["array", "string"]}),
        ),
        (
            ContextParameter(key="x", type="boolean", required=True),
            Call("Param", (), {"type": "boolean"}),
        ),
    ],
    ids=["plain", "any", "nullable", "large", "large-inside", "required"],
)
def test_params_have_the_types_of_the_context(parameter, expected):
    assert lower_param(parameter) == expected


def test_a_parameter_that_each_reader_has_its_own_default_for_is_left_out():
    assert lower_params([ContextParameter(key="x", type="integer")]) == {}


def test_references_name_the_variable_and_the_key():
    step = node("train", reads=[("x", "a-b", "return_value"), ("y", "load", "rows")])
    assert task(step).call.args[1] == {
        "x": Item(variable("a-b"), xcom_key("return_value")),
        "y": Item("load", "rows"),
    }


def test_the_worker_is_told_the_keys_that_are_not_the_outputs_names():
    assert spec(node("load", makes=["rows", "return_value"]))["keys"] == {
        "return_value": xcom_key("return_value")
    }
    assert "keys" not in spec(node("load", makes=["rows"]))


@pytest.mark.parametrize("name", ["{{ ds }}", "{% x %}", "{# x #}", "a\nb", "a\r"])
def test_text_that_airflow_would_render_is_a_literal(name):
    call = spec(node("load", makes=[name]))
    assert (call.function, call.args[0]["outputs"]) == ("literal", [name])


def test_a_name_that_airflow_cannot_hold_is_still_what_it_shows():
    assert options(node("a report"))["task_display_name"] == "a report"
    assert lowered(pipeline(node("a"), name="náhled")).dag.keywords["dag_display_name"] == "náhled"


def test_control_edges_leave_out_what_the_data_says_already():
    ir = pipeline(
        node("load", makes=["rows"]),
        node("check"),
        node("train", reads=[("rows", "load", "rows")], after=["check", "load"]),
    )
    assert lowered(ir).tasks[-1].after == ("check",)


def test_the_dag_says_everything_that_a_server_could_decide_otherwise():
    keywords = lowered(training()).dag.keywords
    assert list(keywords) == [
        "dag_id", "description", "doc_md", "schedule", "catchup", "params", "tags",
    ]  # fmt: skip
    assert (keywords["schedule"], keywords["catchup"]) == (None, False)
    assert keywords["doc_md"] == Name("__doc__")
    assert keywords["tags"] == ["flowyml", "nightly", "project:ml"]


@pytest.mark.parametrize(
    ("description", "short", "doc"),
    [
        (None, "The pipeline training.", "The pipeline training."),
        ("One.\n\n  Two. \n", "One.", "One.\n\nTwo."),
        ("see README.md", "see README.md.", "see README.md."),
    ],
)
def test_the_description_is_the_first_line_of_the_documentation(description, short, doc):
    file = lowered(pipeline(node("a"), description=description))
    assert (file.dag.keywords["description"], file.doc) == (short, doc)


def test_the_ledger_is_empty_where_all_is_native():
    assert lowered(pipeline(node("a"), node("b"))).ledger == ()


def test_the_ledger_names_what_is_emulated_and_what_differs():
    ir = pipeline(node("a", retry=Retry(attempts=2, backoff=2)), node("b"), fail_fast=True)
    emulated, differs = lowered(ir).ledger
    assert emulated.startswith("emulated: fail_fast: each task asks Airflow")
    assert differs.startswith("differs: retry: Airflow lengthens waits")


def test_every_task_stops_after_a_failure_if_the_pipeline_does():
    file = lowered(pipeline(node("a"), node("b"), fail_fast=True))
    assert [task.call.args[0]["fail_fast"] for task in file.tasks] == [True, True]


def test_only_what_is_used_is_imported():
    assert lowered(pipeline(node("a"))).imports == {
        "airflow.sdk": ("DAG", "get_current_context", "task")
    }
    assert lowered(training()).imports == {
        "airflow.sdk": ("DAG", "Param", "get_current_context", "task")
    }


def test_the_command_quotes_the_file_as_a_shell_needs_it():
    ir = pipeline(node("a"))
    source = ir.source.model_copy(update={"file": "my pipelines/m.py"})
    file = lowered(ir.model_copy(update={"source": source}))
    assert file.command == "flowyml compile 'my pipelines/m.py:pipeline' --target airflow==3.3"
