"""The text of a DAG file: clean, the same everywhere, no longer than it must be."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowyml.ir import ContextParameter, Retry
from flowyml.rendering import format_python
from flowyml_airflow import AirflowBackend
from flowyml_airflow.names import variable
from tests.unit.airflow.irs import OPTIONS, compiled, given, node, pipeline, training

ROOT = Path(__file__).parents[3]
PLACES = [
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Kathmandu", "USER": "first"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "UTC", "USER": "second", "COLUMNS": "20"},
]
DIGEST = (
    "import hashlib; from tests.unit.airflow.irs import compiled, training;"
    "print(hashlib.sha256(compiled(training()).encode()).hexdigest())"
)


def awkward():
    """Make a pipeline whose every name and value holds what code is made of."""
    text = '\'"{{ x }}{% y %}"""\\\n# {# z #} žluť 🐎\u202e'
    return pipeline(
        node(text, makes=["return_value", text], digest="\"'"),
        node("step", reads=[("x", text, text)], after=[text], retry=Retry(attempts=2, backoff=3)),
        node("class", context=["x"]),
        name=text,
        description=text,
        project=text,
        tags=(text,),
        parameters=(given("x", "string", text), ContextParameter(key="é", type="integer")),
        fail_fast=True,
    )


def training_example():
    """Make the pipeline of the real-world example."""
    parts = ["X_train", "X_test", "y_train", "y_test"]
    return pipeline(
        node("load_data", makes=["raw_data"], context=["data_path"]),
        node(
            "split_data",
            reads=[("raw_data", "load_data", "raw_data")],
            context=["test_size", "random_state"],
            makes=parts,
        ),
        node(
            "train",
            reads=[(name, "split_data", name) for name in ("X_train", "y_train")],
            context=["n_estimators"],
            makes=["model"],
        ),
        node(
            "evaluate",
            reads=[
                ("model", "train", "model"),
                *((name, "split_data", name) for name in ("X_test", "y_test")),
            ],
            makes=["accuracy"],
        ),
        parameters=(
            given("data_path", "string", "data/train.csv"),
            given("n_estimators", "integer", 100),
            given("random_state", "integer", 42),
            given("test_size", "number", 0.2),
        ),
    )


PIPELINES = [training, awkward, training_example, lambda: pipeline(node("a"))]
each = pytest.mark.parametrize("make", PIPELINES, ids=["training", "awkward", "example", "one"])


@each
def test_ruff_has_nothing_to_say(make, tmp_path):
    (tmp_path / "dag.py").write_text(compiled(make()), encoding="utf-8")
    rules = ["--isolated", "--preview", "--select", "AIR,F,E9,I,UP", "--target-version", "py310"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules, "--no-cache", "dag.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "All checks passed!\n")


@each
def test_black_has_nothing_to_change(make):
    assert format_python(compiled(make())) == compiled(make())


@each
def test_only_airflow_and_the_standard_library_are_imported_at_the_top(make):
    modules = [node.module for node in ast.parse(compiled(make())).body if hasattr(node, "module")]
    assert set(modules) <= {"airflow.sdk", "datetime"}


def test_it_is_the_same_everywhere(tmp_path):
    expected = hashlib.sha256(compiled(training()).encode()).hexdigest()
    roots = os.pathsep.join(str(ROOT / folder) for folder in (".", "backends", "templates"))
    for number, place in enumerate(PLACES):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "pyproject.toml").write_text("[tool.black]\nline-length = 20\n")
        found = subprocess.check_output(
            [sys.executable, "-c", DIGEST],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": roots, **place},
            text=True,
        )
        assert found.strip() == expected


def changed(before, after):
    """List the lines of each text that are not in the other."""
    old, new = compiled(before).splitlines(), compiled(after).splitlines()
    return [line.strip() for line in [*old, *new] if old.count(line) != new.count(line)]


def test_another_body_changes_one_line():
    before, after = (pipeline(node("a"), node("b", digest=d), node("c")) for d in "xy")
    assert [line.split('"digest": ')[1][:18] for line in changed(before, after)] == [
        '"xxxxxxxxxxxxxxxx"',
        '"yyyyyyyyyyyyyyyy"',
    ]


def test_another_retry_changes_one_line_the_first_one_too():
    none, one, two = (
        pipeline(node("a"), node("b", retry=Retry(attempts=n) if n else None), node("c"))
        for n in (0, 2, 3)
    )
    without = 'b = step.override(task_id="b", retries=0)('
    once, twice = (f'b = step.override(task_id="b", retries={n}, retry_delay=1)(' for n in (1, 2))
    assert changed(none, one) == [without, once]
    assert changed(one, two) == [once, twice]


def test_a_step_in_the_middle_adds_its_own_lines():
    text = compiled(pipeline(node("a"), node("middle"), node("c")))
    start = text.index("    # pipelines/m.py: work\n    middle = ")
    end = text.index("    # pipelines/m.py: work\n    c = ")
    assert text[:start] + text[end:] == compiled(pipeline(node("a"), node("c")))


def test_places_in_the_users_file_are_not_in_the_text():
    ir = training()
    moved = ir.model_dump_json().replace('"line":7', '"line":70')
    assert compiled(type(ir).model_validate_json(moved)) == compiled(ir)


def test_the_source_map_points_at_the_comment_over_each_task():
    (artifact,) = AirflowBackend().compile(training(), OPTIONS)
    lines = artifact.text.splitlines()
    assert list(artifact.lines) == ["load", "check", "train", "a report"]
    for step, line in artifact.lines.items():
        assert lines[line - 1] == "    # pipelines/m.py: work"
        assert lines[line].startswith(f"    {variable(step)} = step.override(")


def test_the_header_says_what_made_it_and_how_to_make_it_again():
    assert compiled(training()).splitlines()[:2] == [
        "# Compiled by flowyml 0.1 from pipelines/m.py (pipeline) for airflow==3.3. "
        "Do not edit; run:",
        "#   flowyml compile pipelines/m.py:pipeline --target airflow==3.3",
    ]


def test_it_is_at_most_two_and_a_half_times_as_long_as_one_written_by_hand():
    by_hand = Path(__file__).with_name("by_hand.py").read_text().splitlines()
    assert len(compiled(training_example()).splitlines()) <= 2.5 * len(by_hand)
