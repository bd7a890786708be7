"""`flowyml deploy` to an Airflow as typed: what is written, and what is refused in whose words.

The server answers in Airflow's recorded words; `tests/conformance/deployed.py` types the same to a
whole one.
"""

from __future__ import annotations

import json
import socket

import pytest

from tests.http_server import Answer, serving
from tests.unit.airflow.far_airflow import FILE, FarAirflow

pytest.importorskip("httpx")

SUMS = """
from flowyml import Pipeline, context, step

print("loading")

@step(outputs=["number"])
def make(start: int):
    return start

@step(inputs=["number"], outputs=["double"])
def twice(number):
    return 2 * number

pipeline = Pipeline("far_sums", context=context(start=1)).add_steps([make, twice])
"""
STACK = """stacks:
  far:
    orchestrator: {{type: airflow}}
    airflow:
      url: "{url}"
      dags_folder: "{folder}"
      token: {{env: AIRFLOW_TOKEN}}
      start_date: 2025-01-01
      end_date: 2025-12-31
"""
DEPLOY = ("deploy", "far_sums.py", "--stack", "far")


@pytest.fixture
def airflow(project):
    (project / "dags").mkdir()
    far = FarAirflow(project / "dags")
    far.token = "open"
    return far


@pytest.fixture
def typed(flowyml, project, airflow):
    """Type a command in a project whose stack is that server."""
    (project / "far_sums.py").write_text(SUMS)
    with serving(airflow) as there:

        def run(*arguments, url=there, folder="dags", token="open"):
            (project / "flowyml.yaml").write_text(STACK.format(url=url, folder=folder))
            return flowyml(*arguments, AIRFLOW_TOKEN=token)

        run.url = there
        yield run


def written(airflow):
    return sorted(path.name for path in airflow.folder.iterdir())


def test_the_version_is_the_answer(typed, airflow):
    done = typed(*DEPLOY)
    assert done.code == 0, done.err
    assert done.out == f"far_sums is version 4 on far: {typed.url}/dags/far_sums\n"
    assert f"waiting for Airflow {airflow.version} to parse it" in done.err
    assert FILE in written(airflow)
    again = typed(*DEPLOY)
    assert again.out == f"far_sums was already version 4 on far: {typed.url}/dags/far_sums\n"
    assert "writing" not in again.err


def test_for_a_program_there_is_json_alone(typed):
    done = typed(*DEPLOY, "--json")
    said = json.loads(done.out)
    assert said["run"] is None
    assert (said["deployed"]["version"], said["deployed"]["changed"]) == ("4", True)
    assert typed(*DEPLOY, "--quiet").out == ""


def test_a_run_is_begun_and_found_in_the_records(typed, airflow):
    done = typed(*DEPLOY, "--run", "-c", "start=7")
    assert done.code == 0, done.err
    (asked,) = [each for each in airflow.asked if each.method == "POST"]
    assert asked.body["conf"] == {"start": 7}
    run_id = asked.body["dag_run_id"]
    assert f"it runs there as {run_id}" in done.out
    shown = json.loads(typed("runs", "show", run_id, "--json").out)
    assert (shown["stack"], shown["state"]) == ("far", "RUNNING")
    assert shown["url"] == f"{typed.url}/dags/far_sums/runs/{run_id}"


def test_nobody_answers(typed, airflow):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = typed(*DEPLOY, url=url)
    assert (done.code, written(airflow)) == (1, [])
    assert f"error: Airflow at {url} does not answer: " in done.err
    assert "is it up, and is its url in the stack right?" in done.err


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"folder": "nowhere"}, 2, "airflow.dags_folder of the stack 'far': there is no folder"),
        ({"token": "old"}, 1, "refuses these credentials for GET /api/v2/dags/far_sums: "
         "Invalid JWT token (403)"),
        ({"token": ""}, 2, "token of the stack 'far': the environment variable AIRFLOW_TOKEN"),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_is_written(typed, airflow, given, code, said):
    done = typed(*DEPLOY, "--run", **given)
    assert (done.code, said in done.err) == (code, True), done.err
    assert written(airflow) == []
    assert "Traceback" not in done.err


def test_a_paused_dag_is_not_run_and_nothing_is_written(typed, airflow):
    airflow.paused, airflow.fileloc = True, str(airflow.folder / FILE)
    done = typed(*DEPLOY, "--run")
    assert (done.code, written(airflow)) == (1, [])
    assert "has the DAG 'far_sums' paused" in done.err
    assert "let it run with --unpause" in done.err
    assert typed(*DEPLOY, "--run", "--unpause").code == 0
    assert not airflow.paused


def test_an_import_error_is_told_as_airflow_tells_it(typed, airflow):
    airflow.import_error = "Traceback (most recent call last):\nModuleNotFoundError: no 'shop'\n"
    done = typed(*DEPLOY)
    assert (done.code, written(airflow)) == (1, [])
    assert f"Airflow cannot import {FILE}, so it was taken away again; it says:\n" in done.err
    assert done.err.endswith("ModuleNotFoundError: no 'shop'\n")


def test_a_refused_trigger_is_told_in_airflows_words(typed, airflow):
    said = {"detail": "Bundle has no space left"}
    airflow.instead = {"POST dags/far_sums/dagRuns": Answer(400, said)}
    done = typed(*DEPLOY, "--run", "--wait")
    assert done.code == 1
    assert "dagRuns: Bundle has no space left (400)" in done.err
    assert typed("runs", "list").out.startswith("no runs are recorded")


def test_a_trigger_without_an_answer_may_have_begun_a_run(typed, airflow):
    airflow.instead = {"POST dags/far_sums/dagRuns": Answer(504, {"detail": "too slow"})}
    done = typed(*DEPLOY, "--run")
    assert done.code == 1
    assert "dagRuns: too slow (504)" in done.err
    assert f"may have begun all the same; see {typed.url}/dags/far_sums/runs/" in done.err


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2024-12-31", "it is before 2025-01-01T00:00:00+00:00 (airflow.start_date)"),
        ("2026-01-01", "it is after 2025-12-31T00:00:00+00:00 (airflow.end_date)"),
    ],
)
def test_a_date_for_which_airflow_would_start_nothing_and_succeed(typed, airflow, date, why):
    done = typed(*DEPLOY, "--run", "--wait", "--date", date)
    said = f"Airflow would start no step of a run for {date}T00:00:00+00:00: {why}"
    assert (done.code, said in done.err) == (2, True), done.err
    assert not any(each.endswith("dagRuns") for each in airflow.changes())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--wait",), "--wait is about a run; add --run"),
        (("-c", "start=1"), "-c is about a run; add --run"),
        (("--stack", "local"), "nothing has to be deployed"),
    ],
)
def test_wrong_use(typed, airflow, arguments, said):
    done = typed(*DEPLOY, *arguments)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not airflow.asked
