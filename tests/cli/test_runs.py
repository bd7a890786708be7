"""`flowyml runs`."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import textwrap

import pytest

from tests.cli.conftest import SUMS
from tests.typed import SCRIPT

SCORED = """
    from flowyml import Metrics, Pipeline, context, step

    @step(outputs=["rows"])
    def load(count: int):
        return list(range(count))

    @step(outputs=["scores"])
    def score(rows, scale: float = 0.5):
        return Metrics(mean=scale * sum(rows) / len(rows), size=len(rows))

    @step
    def check(scores, rows):
        if len(rows) > 9:
            raise ValueError("too many rows")

    pipeline = Pipeline(
        "scored", context=context(count=3), project_name="ml_platform"
    ).add_steps([load, score, check])
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A project in which three runs were made, and their ids."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "flowyml.yaml").write_text("")
    (folder / "sums.py").write_text(SUMS)
    (folder / "scored.py").write_text(textwrap.dedent(SCORED))
    ids = []
    for words in (["scored.py"], ["scored.py", "-c", "count=10"], ["sums.py"]):
        done = subprocess.run(
            [SCRIPT, "run", *words, "--json"], cwd=folder, capture_output=True, check=False
        )
        ids.append(json.loads(done.stdout)["run_id"])
    return folder, ids


@pytest.fixture
def ran(project, prepared):
    """Three runs, oldest first: two of one pipeline, the second failed, and one of another."""
    folder, ids = prepared
    shutil.copytree(folder, project, dirs_exist_ok=True)
    return ids


def listed(flowyml, *options):
    done = flowyml("runs", "list", "--json", *options)
    assert done.code == 0, done.err
    return [run["run_id"] for run in json.loads(done.out)]


def test_runs_are_listed_newest_first_and_filtered(flowyml, ran):
    first, second, third = ran
    assert listed(flowyml) == [third, second, first]
    assert listed(flowyml, "--limit", "1") == [third]
    assert listed(flowyml, "--pipeline", "scored") == [second, first]
    assert listed(flowyml, "--project", "ml_platform", "--state", "failed") == [second]
    assert listed(flowyml, "--state", "SUCCEEDED", "--limit", "1") == [third]
    assert listed(flowyml, "--state", "interrupted") == []


def test_the_list_is_a_line_a_run(flowyml, ran):
    done = flowyml("runs", "list", "--project", "ml_platform")
    rows = [line.split() for line in done.out.splitlines() if line.strip() and "─" not in line]
    assert rows[0] == ["run", "pipeline", "project", "state", "took"]
    assert [row[:4] for row in rows[1:]] == [
        [ran[1], "scored", "ml_platform", "FAILED"],
        [ran[0], "scored", "ml_platform", "SUCCEEDED"],
    ]


def test_nothing_to_list_is_no_error(flowyml, project):
    done = flowyml("runs", "list")
    assert done.code == 0
    assert "no runs are recorded in" in done.out
    assert "'flowyml run PIPELINE' records one, in the folder of the pipeline's" in done.out
    assert not (project / ".flowyml").exists()
    assert flowyml("runs", "list", "--json").out == "[]\n"


def test_names_that_no_run_has(flowyml, ran):
    done = flowyml("runs", "list", "--project", "ml_platfrom")
    assert done == (0, "no runs of the project 'ml_platfrom'; did you mean 'ml_platform'?\n", "")
    assert "did you mean 'scored'?" in flowyml("runs", "list", "--pipeline", "scord").out
    assert flowyml("runs", "list", "--state", "killed").out == "no such runs\n"


def test_a_run_is_shown_with_all_that_is_recorded(flowyml, ran):
    done = flowyml("runs", "show", ran[1])
    lines = [line.rstrip() for line in done.out.splitlines()]
    assert done.code == 0
    assert lines[0].startswith("Pipeline 'scored' FAILED in ")
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["load", "SUCCEEDED"],
        ["score", "SUCCEEDED"],
        ["check", "FAILED"],
    ]
    assert "  project  ml_platform" in lines
    parameters = lines.index("Parameters:")
    assert lines[parameters + 1 : parameters + 3] == ["  count  10", "  scale  0.5"]
    metrics = lines.index("Metrics:")
    assert lines[metrics + 1 : metrics + 3] == ["  scores.mean  2.25", "  scores.size  10"]
    assert lines[lines.index("Environment:") + 1].startswith("  python ")
    assert "ValueError: too many rows" in lines
    assert lines[-1] == f"To go on from there: flowyml rerun {ran[1]} --from check"


def test_a_run_is_found_by_how_its_id_begins_and_as_the_latest(flowyml, ran):
    for name in (ran[0], ran[0][:-3]):
        assert ran[0] in flowyml("runs", "show", name).out
    assert json.loads(flowyml("runs", "show", "latest", "--json").out)["run_id"] == ran[2]
    several = flowyml("runs", "show", "20")
    assert (several.code, ran[0] in several.err) == (1, True)
    assert "several runs begin with '20'" in several.err


def test_an_unknown_run_names_near_ones(flowyml, ran):
    near = ran[0][:-1] + ("0" if ran[0][-1] != "0" else "1")
    done = flowyml("runs", "show", near)
    assert (done.code, done.out) == (1, "")
    assert f"error: no run '{near}'" in done.err
    assert f"did you mean '{ran[0]}'" in done.err
    assert "nothing has been recorded" not in done.err


def test_json_of_a_run(flowyml, ran):
    found = json.loads(flowyml("runs", "show", ran[0], "--json").out)
    assert found["metrics"] == {"scores.mean": 0.5, "scores.size": 3.0}
    assert found["parameters"] == {"count": 3, "scale": 0.5}
    assert found["environment"].keys() >= {"python", "platform", "flowyml"}
    assert found["steps"]["check"]["state"] == "SUCCEEDED"


def test_runs_are_compared_what_differs_first(flowyml, ran):
    done = flowyml("runs", "compare", ran[0], ran[1])
    assert done.code == 0
    above, _, below = done.out.partition("the same:")
    rows = [line.split() for line in above.splitlines() if line.strip() and "─" not in line]
    assert rows == [
        ran[:2],
        ["state", "SUCCEEDED", "FAILED"],
        ["parameter", "count", "3", "10"],
        ["metric", "scores.mean", "0.5", "2.25"],
        ["metric", "scores.size", "3", "10"],
        ["step", "check", "SUCCEEDED", "FAILED"],
    ]
    assert "  code         load, score, check\n" in below


def test_changed_code_differs(flowyml, write, ran):
    write("scored.py", SCORED.replace("sum(rows) / len(rows)", "max(rows)"))
    flowyml("run", "scored.py")
    done = flowyml("runs", "compare", ran[0], "latest", "--json")
    rows = json.loads(done.out)["rows"]
    assert [(row["kind"], row["name"]) for row in rows if row["differs"]] == [
        ("code", "score"),
        ("metric", "scores.mean"),
    ]


def test_to_compare_takes_two(flowyml, ran):
    done = flowyml("runs", "compare", "latest", ran[2])
    assert done.code == 2
    assert done.err == f"error: compare takes two runs or more; this is one: {ran[2]}\n"
    assert flowyml("runs", "compare").code == 2


def test_a_run_that_was_killed_says_so(flowyml, project, ran):
    with sqlite3.connect(project / ".flowyml" / "metadata.db") as connection:
        connection.execute("UPDATE runs SET state = 'RUNNING' WHERE run_id = ?", ran[:1])
    connection.close()
    assert listed(flowyml, "--state", "killed") == ran[:1]
    assert listed(flowyml, "--state", "running") == []
    shown = flowyml("runs", "show", ran[0]).out
    assert "  state    KILLED: no process works on it any more" in shown


def test_records_elsewhere(flowyml, project, ran, tmp_path):
    moved = (project / ".flowyml" / "metadata.db").rename(tmp_path / "moved.db")
    assert listed(flowyml, "--records", str(moved)) == ran[::-1]
    assert flowyml("runs", "show", "latest", "--records", str(moved)).code == 0
    done = flowyml("runs", "list", "--records", str(tmp_path / "none.db"))
    assert (done.code, "does not exist" in done.err) == (2, True)


def test_an_unknown_command_names_near_ones(flowyml):
    done = flowyml("runs", "lst")
    assert (done.code, "did you mean 'list'" in done.err) == (2, True)
