"""`flowyml verify`."""

from __future__ import annotations

import json
import sys

import pytest

UNSEEDED = """
    import random
    from flowyml import Pipeline, step

    @step(outputs=["noise"])
    def draw():
        return [random.random() for _ in range(3)]

    @step(inputs=["noise"], outputs=["size"])
    def measure(noise):
        return len(noise)

    @step(outputs=["fixed"])
    def fix():
        return (1, 2)

    pipeline = Pipeline("unseeded", fail_fast=True).add_steps([draw, measure, fix])
"""
ELSEWHERE = """
    import os
    from flowyml import Pipeline, step

    @step(outputs=["rows"])
    def load():
        return [1, 2, 3 if "FLOWYML_TEST_ELSEWHERE" in os.environ else 4]

    @step(inputs=["rows"], outputs=["total"])
    def add(rows):
        return sum(rows)

    pipeline = Pipeline("elsewhere").add_steps([load, add])
"""


def test_the_simulator_does_the_same(flowyml):
    done = flowyml("verify", "sums.py", "--target", "kubeflow", "-c", "count=4")
    assert done.code == 0, done.err
    lines = [line.split() for line in done.out.splitlines()]
    assert ["make", "SUCCEEDED", "SUCCEEDED"] in lines
    assert ["total", "a", "value", "equal"] in lines
    assert "the same: kubeflow==" in done.out
    assert "running: reference again" in done.err


@pytest.mark.airflow
def test_airflow_does_the_same(flowyml):
    done = flowyml("verify", "sums.py", "--target", "airflow", "--json")
    data = json.loads(done.out)
    assert done.code == 0, done.out
    assert data["same"] is True
    (run,) = data["targets"].values()
    assert {name: step["state"] for name, step in run["steps"].items()} == {
        "make": "SUCCEEDED",
        "check": "SUCCEEDED",
        "add": "SUCCEEDED",
    }


def test_a_table_that_is_no_terminals_is_as_wide_as_it_has_to_be(flowyml, write):
    name = "a_step_with_a_name_that_no_terminal_of_eighty_columns_shows_beside_what_became_of_it"
    write(
        "wide.py",
        f"""
        from flowyml import Pipeline, step

        @step
        def {name}():
            return 1

        pipeline = Pipeline("wide").add_step({name})
        """,
    )
    done = flowyml("verify", "wide.py", "--target", "kubeflow")
    assert [name, "SUCCEEDED", "SUCCEEDED"] in [line.split() for line in done.out.splitlines()]


def test_a_failing_run_is_the_same_too(flowyml):
    done = flowyml("verify", "sums.py", "--target", "kubeflow", "-c", "count=10", "--json")
    data = json.loads(done.out)
    assert (done.code, data["same"], data["reference"]["success"]) == (0, True, False)
    (run,) = data["targets"].values()
    assert run["success"] is False
    assert run["steps"]["add"]["state"] == "UPSTREAM_FAILED"


def test_what_differs_from_run_to_run_is_named(flowyml, write):
    """And what is made from it, though it may be equal by chance."""
    write("unseeded.py", UNSEEDED)
    done = flowyml("verify", "unseeded.py", "--target", "kubeflow", "--json")
    data = json.loads(done.out)
    assert (done.code, data["nondeterministic"]) == (0, ["noise", "size"])
    table = flowyml("verify", "unseeded.py", "--target", "kubeflow").out
    assert "same type and shape" in table


def test_a_difference_is_shown(flowyml, write, project):
    """The compiled output is made to differ: its containers see another environment."""
    write("elsewhere.py", ELSEWHERE)
    write(
        "sitecustomize.py",
        """
        import os, sys
        if "flowyml.runtime" in sys.orig_argv:
            os.environ["FLOWYML_TEST_ELSEWHERE"] = "1"
        """,
    )
    done = flowyml("verify", "elsewhere.py", "--target", "kubeflow", PYTHONPATH=str(project))
    assert done.code == 1
    assert "kubeflow==2.5: asset 'rows': expected 4 at [2], found 3" in done.out
    assert "kubeflow==2.5: asset 'total': expected 7, found 6" in done.out
    assert "≠ differs" in done.out
    assert "the same" not in done.out


def test_two_versions_of_one_target_are_compared_at_once(flowyml):
    """Nothing is written that they would share."""
    done = flowyml("verify", "sums.py", "-t", "kubeflow==2.5", "-t", "kubeflow==2.17")
    assert done.code == 0, done.err
    assert "the same: kubeflow==2.5, kubeflow==2.17" in done.out


def test_an_interpreter_that_is_not_there(flowyml):
    done = flowyml("verify", "sums.py", "--target", "airflow", "--airflow-python", "nowhere")
    assert (done.code, "nowhere" in done.err) == (2, True)


def test_an_interpreter_without_airflow_is_refused_before_anything_runs(flowyml, project):
    bare = project / "bare"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    options = ("--target", "airflow==2.11", "--airflow-python", str(bare))
    done = flowyml("verify", "sums.py", *options)
    assert done.code == 1
    assert f"{bare} has no Airflow (importlib.metadata.PackageNotFoundError: " in done.err
    assert "install it there: pip install 'flowyml[airflow]' 'apache-airflow==2.11.*'" in done.err
    assert "running" not in done.err


@pytest.mark.airflow
def test_another_airflow_than_was_compiled_for_is_refused_before_anything_runs(flowyml):
    done = flowyml("verify", "sums.py", "--target", "airflow==2.10")
    assert done.code == 1
    assert "and this was compiled for airflow==2.10; name another" in done.err
    assert "running" not in done.err


def test_an_interpreter_for_what_is_not_tried(flowyml):
    options = ("--target", "kubeflow", "--airflow-python", sys.executable)
    done = flowyml("verify", "sums.py", *options)
    assert done.code == 2
    assert "--airflow-python is about --target airflow" in done.err
