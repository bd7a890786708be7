"""`flowyml rerun`."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest

from tests.cli.conftest import SUMS

RUN_ID = re.compile(r"\d{8}-\d{9}-[0-9a-f]{8}")


@pytest.fixture
def broken(flowyml):
    """The id of a run that failed at the second of its three steps."""
    done = flowyml("run", "sums.py", "-c", "count=10", "--json")
    assert done.code == 1
    return json.loads(done.out)["run_id"]


def states(done):
    return {name: step["state"] for name, step in json.loads(done.out)["steps"].items()}


def mend(project):
    (project / "sums.py").write_text(SUMS.replace("> 9", "> 99"))


def test_a_failed_run_goes_on_once_the_code_is_mended(flowyml, project, broken):
    mend(project)
    done = flowyml("rerun", broken, "--json")
    assert done.code == 0, done.err
    assert states(done) == {"make": "CACHED", "check": "SUCCEEDED", "add": "SUCCEEDED"}
    assert "[make] making" not in done.out + done.err


def test_the_command_that_the_summary_shows_works(flowyml, project):
    failed = flowyml("run", "sums.py", "-c", "count=10")
    (shown,) = re.findall(r"To go on from there: flowyml (rerun .*)", failed.out)
    mend(project)
    done = flowyml(*shown.split(), cwd=project)
    assert done.code == 0
    assert "make   CACHED\n" in done.out
    assert "check  SUCCEEDED" in done.out


def test_the_command_that_the_summary_shows_works_from_outside_the_project(flowyml, project):
    outside = project.parent
    failed = flowyml("run", "project/sums.py", "-c", "count=10", cwd=outside)
    (shown,) = re.findall(r"To go on from there: flowyml (rerun .*)", failed.out)
    mend(project)
    done = flowyml(*shown.split(), cwd=outside)
    assert (done.code, "make   CACHED\n" in done.out) == (0, True), done.err


def test_the_latest_from_a_folder_below(flowyml, project, broken):
    mend(project)
    (project / "below").mkdir()
    done = flowyml("rerun", "latest", cwd=project / "below")
    assert done.code == 0, done.err
    assert "Pipeline 'sums' SUCCEEDED" in done.out


def test_from_a_step(flowyml, broken, project):
    mend(project)
    first = json.loads(flowyml("rerun", broken[:-2], "--json").out)["run_id"]
    done = flowyml("rerun", first, "--from", "check", "--json")
    assert states(done) == {"make": "CACHED", "check": "SUCCEEDED", "add": "SUCCEEDED"}
    unknown = flowyml("rerun", first, "--from", "chek")
    assert unknown.code == 2
    assert unknown.err == "error: the pipeline 'sums' has no step 'chek'; did you mean 'check'?\n"


def test_changed_values_run_their_readers_again(flowyml, broken):
    done = flowyml("rerun", broken, "-c", "count=4", "--json")
    assert states(done) == {"make": "SUCCEEDED", "check": "SUCCEEDED", "add": "SUCCEEDED"}
    assert "[make] making 4" in done.err


def test_what_only_the_first_run_was_given_is_given_again(flowyml, write):
    write(
        "given.py",
        """
        from flowyml import Pipeline, step

        @step
        def size(rows: list, factor: float, more: int = 0):
            return len(rows) * factor + more

        pipeline = Pipeline("given").add_step(size)
        """,
    )
    first = flowyml("run", "given.py", "--input", "rows=[1, 2]", "-c", "factor=2.5")
    assert first.code == 0, first.err
    done = flowyml("rerun", "latest", "-c", "more=1", "--json")
    assert (done.code, states(done)) == (0, {"size": "SUCCEEDED"}), done.err


def test_when_nothing_is_left_to_do_it_says_so(flowyml):
    assert flowyml("run", "sums.py").code == 0
    done = flowyml("rerun", "latest")
    assert done.code == 0
    assert "every step had finished: name one to run it again, with --from STEP" in done.err


def test_a_pipeline_may_be_named(flowyml, project, broken):
    mend(project)
    (project / "sums.py").rename(project / "moved.py")
    lost = flowyml("rerun", broken)
    assert lost.code == 2
    assert "there is no file" in lost.err
    assert flowyml("rerun", broken, "moved.py").code == 0


def test_a_pipeline_with_records_of_its_own(flowyml, write):
    write(
        "elsewhere.py",
        """
        from flowyml import LocalStack, Pipeline, step

        @step
        def one():
            return 1

        stack = LocalStack("kept/artifacts", metadata_path="kept/runs.db")
        pipeline = Pipeline("elsewhere", stack=stack).add_step(one)
        """,
    )
    run_id = json.loads(flowyml("run", "elsewhere.py", "--json").out)["run_id"]
    lost = flowyml("rerun", run_id)
    assert lost.code == 1
    assert lost.err.count("\n") == 1
    assert f"error: no run '{run_id}' in " in lost.err
    assert f"name the pipeline: flowyml rerun {run_id} PIPELINE" in lost.err
    assert flowyml("rerun", run_id, "elsewhere.py").code == 0


def test_a_record_that_names_no_file(flowyml, project, broken):
    with closing(sqlite3.connect(project / ".flowyml/metadata.db")) as connection:
        connection.execute("UPDATE runs SET source = NULL")
        connection.commit()
    done = flowyml("rerun", broken)
    assert done.code == 2
    assert done.err.startswith(f"error: the record of run {broken} does not say in which file")


def test_an_unknown_run_names_the_latest(flowyml, broken):
    done = flowyml("rerun", "yesterday")
    assert done.code == 1
    assert (
        f"no run 'yesterday' in .flowyml/metadata.db; the latest are: {broken}"
        in done.err.replace("/private", "")
        or f"the latest are: {broken}" in done.err
    )


def test_without_checkpoints_it_says_so(flowyml, write):
    write(
        "off.py",
        """
        from flowyml import Pipeline, step

        @step
        def one():
            raise RuntimeError("broken")

        pipeline = Pipeline("off", enable_checkpointing=False).add_step(one)
        """,
    )
    failed = flowyml("run", "off.py")
    assert failed.code == 1
    assert "rerun" not in failed.out
    done = flowyml("rerun", "latest")
    assert done.code == 2
    assert done.err.startswith(
        "error: the pipeline 'off' has enable_checkpointing=False, so no run"
    )


def test_a_script_that_reruns_is_not_run_by_loading_it(flowyml, write, broken):
    write(
        "again.py",
        """
        from sums import pipeline
        from flowyml import Pipeline, step

        @step
        def one():
            return 1

        own = Pipeline("own").add_step(one)
        own.rerun("no such run")
        raise RuntimeError("never reached")
        """,
    )
    done = flowyml("graph", "again.py:own")
    assert (done.code, done.out) == (0, "Step Execution Order:\n1. one\n"), done.err
