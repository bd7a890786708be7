"""The sidecar beside compiled files."""

from __future__ import annotations

import json

import pytest

from flowyml.backend import Artifact
from flowyml.ir import Function, PipelineIR, Source, Span, StepNode, digest, from_json, to_json
from flowyml.rendering import is_unedited, sidecar

IR = PipelineIR(
    name="training",
    source=Source(module="m", file="m.py"),
    steps=(
        StepNode(
            name="load",
            function=Function(entrypoint="m:load", digest="a", span=Span(file="m.py", line=3)),
        ),
        StepNode(name="train", function=Function(entrypoint="m:train", digest="b")),
    ),
)
DAG = Artifact(path="a.airflow.b.airflow.py", text="první\n", lines={"load": 7})


@pytest.fixture
def compiled(tmp_path):
    """Write the file and its sidecar, as the command line does."""
    beside = sidecar(IR, "airflow==3.3", (DAG,))
    for file in (DAG, beside):
        (tmp_path / file.path).write_text(file.text, encoding="utf-8", newline="\n")
    return tmp_path / DAG.path, tmp_path / beside.path


def test_it_is_named_after_the_first_file():
    assert sidecar(IR, "airflow==3.3", (DAG,)).path == "a.airflow.b.airflow.flowyml.json"


def test_it_maps_each_step_to_both_places():
    data = json.loads(sidecar(IR, "airflow==3.3", (DAG,)).text)
    assert data["steps"] == {
        "load": {"source": "m.py:3", "file": "a.airflow.b.airflow.py", "line": 7},
        "train": {},
    }


def test_it_names_the_target_and_the_ir():
    data = json.loads(sidecar(IR, "airflow==3.3", (DAG,)).text)
    assert (data["schema"], data["target"]) == ("flowyml.sidecar/v1", "airflow==3.3")
    assert data["ir"] == digest(IR)
    assert from_json(json.dumps(data["pipeline"])) == from_json(to_json(IR, lines=False))


def test_a_file_as_it_was_compiled_may_be_overwritten(compiled):
    assert is_unedited(*compiled)


def test_an_edited_file_may_not(compiled):
    file, beside = compiled
    file.write_text("první \n", encoding="utf-8")
    assert not is_unedited(file, beside)


def test_a_file_that_is_not_there_may(compiled):
    file, beside = compiled
    file.unlink()
    assert is_unedited(file, beside)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"files": {}}', '{"files": {"x": 1}}'])
def test_a_file_that_no_sidecar_knows_may_not(compiled, text):
    file, beside = compiled
    beside.unlink()
    if text is not None:
        beside.write_text(text)
    assert not is_unedited(file, beside)
