"""Translation validation: text that says something else is noticed."""

from __future__ import annotations

import pytest

from flowyml.backend import CompileOptions
from flowyml.diagnostics import CompileError
from flowyml_airflow import AirflowBackend
from flowyml_airflow.capabilities import CAPABILITIES
from flowyml_airflow.lowering import lower
from flowyml_airflow.render import render_dag
from flowyml_airflow.validate import validate
from tests.unit.airflow.irs import OPTIONS, training

FILE = lower(training(), OPTIONS, CAPABILITIES["3.3"])
TEXT = render_dag(FILE)


def test_what_we_emit_means_what_was_meant():
    assert validate(FILE, TEXT) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('dag_id="training"', 'dag_id="other"'),
        ('"""Train a model."""', '"""Train."""'),
        ("catchup=False", "catchup=True"),
        ("schedule=None", 'schedule="@daily"'),
        ('Param(0.1, type="number")', 'Param(0.1, type="integer")'),
        ('Param(0.1, type="number")', 'Param("0.1", type="number")'),
        ('"nightly"', '"daily"'),
        ('task_id="check"', 'task_id="chek"'),
        ("retries=2", "retries=2.0"),
        ("retries=2", "retries=3"),
        ("retry_delay=2", "retry_delay=120"),
        ("retry_exponential_backoff=2.0", "retry_exponential_backoff=True"),
        ('"digest": "aaaaaaaaaaaaaaaa"', '"digest": "aaaaaaaaaaaaaaab"'),
        ('"rows": load["rows"]', '"rows": load["return_value"]'),
        ('"rows": load["rows"]', '"rows": check["rows"]'),
        ('{"rate": "number"}', '{"rate": "integer"}'),
        ("    check >> train\n", ""),
        ("    check >> train\n", "    check >> train\n    train >> check\n"),
        ("    check >> train\n", "    train >> check\n"),
        ("multiple_outputs=True", "multiple_outputs=False"),
        (
            "run_step(spec, inputs, get_current_context())",
            "run_step(spec, {}, get_current_context())",
        ),
        ("get_current_context, task", "get_current_context, literal, task"),
        ("with DAG(", "import os\n\nwith DAG("),
        ("\n):", "\n) as dag:"),
        ("with DAG(", "with DAG"),
    ],
)
def test_a_change_of_meaning_is_an_error(old, new):
    assert old in TEXT
    diagnostics = validate(FILE, TEXT.replace(old, new, 1))
    assert {d.code for d in diagnostics} == {"FML307"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# pipelines/m.py: work", "# another comment"),
        ("    # pipelines/m.py: work\n", ""),
        ('"""Run one flowyml step on this worker; values travel by reference."""', '"""Any."""'),
        ("catchup=False", "catchup = False"),
    ],
)
def test_comments_and_layout_are_free(old, new):
    assert old in TEXT
    assert validate(FILE, TEXT.replace(old, new, 1)) == []


def test_the_message_shows_what_was_meant_and_what_is_there():
    (diagnostic,) = validate(FILE, TEXT.replace("    check >> train\n", "    check << train\n"))
    assert "expected '    check >> train', found '    check << train'" in diagnostic.message


def test_compiling_with_a_broken_template_fails(monkeypatch):
    broken = TEXT.replace("retries=0", "retries=1", 1)
    monkeypatch.setattr("flowyml_airflow.backend.render_dag", lambda file: broken)
    with pytest.raises(CompileError, match="FML307"):
        AirflowBackend().compile(training(), CompileOptions(version="3.3"))
