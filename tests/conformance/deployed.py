"""Deploying to a whole real Airflow, and running there, as typed and in Python.

`test_airflow_stack.py` collects these tests, because it has started the Airflow that they need.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flowyml.backend import RunRequest
from flowyml.deploy import TargetError, deliver, prepare
from flowyml.deploy.delivery import deployer
from flowyml.frontend.loader import load_file
from flowyml.frontend.project import working_directory
from flowyml.stacks import load_stack
from tests.conformance.airflow_stack import FINISHED
from tests.docs.blocks import ROOT, matches

PAGE = ROOT / "docs" / "how-to" / "deploy.md"
UPDATE = bool(os.environ.get("FLOWYML_UPDATE_DOCS"))
TYPED = (
    *("deploy", "orders.py", "--stack", "production", "--unpause"),
    *("--run", "-c", "rows=4", "--wait"),
)
RUN = re.compile(r"\(run (\S+)\)")
SECTION = """stacks:
  production:
    orchestrator: {{type: airflow}}
    airflow: {{url: "{url}", dags_folder: "{dags}", token: {{env: AIRFLOW_TOKEN}}}}
"""
CARRIED = """
from flowyml import Pipeline, step

@step(outputs=["grown"], cache=True)
def grow():
    print("growing")
    return [1, 2, 3]

pipeline = Pipeline("carried").add_step(grow)
"""


@pytest.fixture(scope="module")
def project(runs, stack):
    """The project `deployed`, whose stack `production` is the Airflow of this module."""
    folder = runs.project / "deployed"
    (folder / "flowyml.yaml").write_text(SECTION.format(url=stack.url, dags=stack.dags))
    return folder


@pytest.fixture
def here(project, stack, monkeypatch):
    monkeypatch.setenv("AIRFLOW_TOKEN", stack.token())
    with working_directory(project):
        yield project


@pytest.fixture
def awake(here):
    """The project, its pipeline deployed and not paused."""
    typed(here, "deploy", "orders.py", "--stack", "production", "--unpause")
    return here


def typed(folder: Path, *arguments: str, code: int = 0) -> str:
    """Type a command, and give all that it prints, in order."""
    command = shutil.which("flowyml", path=str(Path(sys.executable).parent)) or "flowyml"
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def test_the_session_in_the_docs_is_what_happens(here, stack):
    printed = _public(typed(here, *TYPED), stack)
    session = f"$ flowyml {' '.join(TYPED)}\n{printed.rstrip()}\n"
    begin, end = "```console not-run\n", "```"
    page = PAGE.read_text(encoding="utf-8")
    shown = page.partition(begin)[2].partition(end)[0]
    if UPDATE and not matches(shown, session):
        page = page.replace(f"{begin}{shown}{end}", f"{begin}{session}{end}", 1)
        PAGE.write_text(page, encoding="utf-8")
        return
    assert matches(shown, session), session
    assert "revenue = 50.0" in page


def _public(text: str, stack) -> str:
    """Leave out of a session where this machine keeps things."""
    text = text.replace(stack.url, "http://airflow.example:8080")
    text = text.replace(str(stack.dags), "/srv/airflow/dags")
    return re.sub(r"Airflow \d+\.\d+\.\d+ ", "Airflow 3.3.2 ", text)


def test_a_run_there_gives_what_a_run_here_gives(here):
    pipeline = load_file(here / "orders.py").module.pipeline
    there = pipeline.run(stack="production", context={"rows": 5})
    local = pipeline.run(stack="local", context={"rows": 5})
    assert dict(there.outputs) == dict(local.outputs)
    assert there["add_up"] == 75.0
    assert (there.state, there.metrics) == (local.state, local.metrics)
    assert [(step.state, step.attempts) for step in there.step_results.values()] == [
        (step.state, step.attempts) for step in local.step_results.values()
    ]
    assert there.snapshot_hash == local.snapshot_hash
    shown = json.loads(typed(here, "runs", "show", there.run_id, "--json"))
    assert (shown["stack"], shown["state"], shown["parameters"]) == (
        "production",
        "SUCCEEDED",
        {"rows": 5, "discount": 0.5},
    )
    assert shown["url"].endswith(f"/dags/orders/runs/{there.run_id}")


def test_a_run_that_fails_there_shows_the_users_own_lines_and_ends_with_1(here):
    arguments = ("orders.py", "--stack", "production", "-c", "discount=2")
    printed = typed(here, "run", *arguments, code=1)
    assert "[read_orders] reading 3 orders" in printed
    assert re.search(r"add_up +FAILED  \d+\.\d\d s  2 attempts", printed)
    assert re.search(r'orders\.py", line \d+, in add_up\n    raise ValueError', printed)
    assert "ValueError: no discount: 2.0" in printed
    assert "task_runner" not in printed
    assert "flowyml_airflow" not in printed


def test_what_was_begun_is_followed_later(here):
    begun = typed(here, "deploy", "orders.py", "--stack", "production", "--run", "-c", "rows=2")
    run = re.search(r"runs there as (\S+);", begun).group(1)
    followed = typed(here, "runs", "follow", run)
    assert "Pipeline 'orders' SUCCEEDED" in followed
    assert "has ended" in typed(here, "runs", "follow", run, code=2)


def test_a_paused_dag_is_not_run(here, stack):
    typed(here, "deploy", "orders.py", "--stack", "production", "--unpause")
    stack.call("PATCH", "dags/orders", {"is_paused": True})
    try:
        refused = typed(here, "deploy", "orders.py", "--stack", "production", "--run", code=1)
    finally:
        stack.call("PATCH", "dags/orders", {"is_paused": False})
    assert "has the DAG 'orders' paused" in refused


def test_a_change_of_the_graph_is_waited_for(here):
    """Airflow would go on by the old tasks for half a minute."""
    text = (here / "orders.py").read_text()
    more = 'def tell(revenue):\n    print("told")\n\n\npipeline = '
    (here / "orders.py").write_text(
        text.replace("pipeline = ", f'@step(inputs=["revenue"], outputs=["tale"])\n{more}').replace(
            "add_up]", "add_up, tell]"
        )
    )
    try:
        printed = typed(here, "run", "orders.py", "--stack", "production")
    finally:
        (here / "orders.py").write_text(text)
    assert "[tell] told" in printed
    assert "tell SUCCEEDED" in printed


def test_what_airflow_refuses_is_told_in_its_own_words(here, monkeypatch):
    pipeline, stack = load_file(here / "orders.py").module.pipeline, load_stack("production")
    delivery, _ = prepare(pipeline, stack)
    deliver(delivery)
    with pytest.raises(TargetError, match=r"param rows: 'x' is not of type 'integer'.*\(400\)"):
        deployer(stack).start(delivery, RunRequest(run_id="refused", context={"rows": "x"}))
    token = os.environ["AIRFLOW_TOKEN"]
    monkeypatch.setenv("AIRFLOW_TOKEN", "nonsense")
    with pytest.raises(TargetError, match=r"Invalid JWT token \(403\)"):
        deliver(delivery)
    monkeypatch.setenv("AIRFLOW_TOKEN", token)
    with pytest.raises(TargetError, match="no run 'never' of 'orders'"):
        deployer(stack).attach(delivery, "never")


def test_what_airflow_cannot_import_is_told_in_its_words_and_taken_away(here, stack):
    delivery, _ = prepare(load_file(here / "orders.py").module.pipeline, load_stack("production"))
    deliver(delivery)
    broken = {
        path: f"import a_module_of_nobody\n{text}" if path.endswith(".py") else text
        for path, text in delivery.files.items()
    }
    with pytest.raises(TargetError, match="so what was there before has been put back") as raised:
        deliver(dataclasses.replace(delivery, files=broken, overwrite=True))
    assert "No module named 'a_module_of_nobody'" in str(raised.value)
    deliver(delivery)
    assert not stack.get("dags/orders")["is_stale"]


def test_a_step_of_a_run_there_runs_again_here(awake):
    """Its inputs come by the references that Airflow has; the run stays as it is."""
    pipeline = load_file(awake / "orders.py").module.pipeline
    failed = pipeline.run(stack="production", context={"rows": 4, "discount": 2})
    before = typed(awake, "runs", "show", failed.run_id, "--json")
    assert f"flowyml replay {failed.run_id} add_up --stack production" in failed.summary()
    replayed = typed(awake, "replay", failed.run_id, "add_up", "--stack", "production", code=1)
    assert re.search(r"orders +\[10\.0, 20\.0, 30\.0, 40\.0\]", replayed)
    assert re.search(r"discount +2\.0", replayed)
    assert "ValueError: no discount: 2.0" in replayed
    assert pipeline.replay(failed.run_id, "read_orders", stack="production").output == [
        10.0, 20.0, 30.0, 40.0,
    ]  # fmt: skip
    assert typed(awake, "runs", "show", failed.run_id, "--json") == before


def test_a_run_that_nobody_followed_is_asked_for_what_its_steps_gave(awake, stack):
    begun = typed(awake, "deploy", "orders.py", "--stack", "production", "--run", "-c", "rows=2")
    run = re.search(r"runs there as (\S+);", begun).group(1)
    pipeline = load_file(awake / "orders.py").module.pipeline
    delivery, _ = prepare(pipeline, load_stack("production"))
    there = deployer(delivery.stack).attach(delivery, run)
    stack.until(lambda: "read_orders" in there.look().steps, "read_orders is done", FINISHED)
    assert pipeline.replay(run, "add_up", stack="production").output == 15.0


def test_a_run_that_airflow_began_is_asked_for_what_it_was_given(awake, stack):
    """As a scheduled one: it is not recorded here."""
    pipeline = load_file(awake / "orders.py").module.pipeline
    deliver(prepare(pipeline, load_stack("production"))[0])
    run = stack.run("orders", {"rows": 5}, None)
    replayed = typed(awake, "replay", run, "add_up", "orders.py", "--stack", "production")
    assert "revenue  75.0" in replayed
    assert run not in typed(awake, "runs", "list")


def test_the_code_comes_along_and_a_hit_says_so_in_the_log_and_in_an_xcom(
    stack, tmp_path, monkeypatch
):
    """The workers know nothing of this project; a task cannot write a note of its own."""
    monkeypatch.setenv("AIRFLOW_TOKEN", stack.token())
    (tmp_path / "carried.py").write_text(CARRIED)
    section = SECTION.format(url=stack.url, dags=stack.dags)
    values = f"    code: bundle\n    artifact_store: {tmp_path}/values\n"
    (tmp_path / "flowyml.yaml").write_text(section + values)
    there = ("carried.py", "--stack", "production")
    first = typed(tmp_path, "deploy", *there, "--unpause", "--run", "--wait")
    assert "[grow] growing" in first
    (zipped,) = (each.name for each in stack.dags.glob("carried.airflow.*.zip"))
    (unpacked,) = (each.name for each in (stack.dags.parent / "code").iterdir())
    assert unpacked.startswith(zipped.split(".")[2])

    second = typed(tmp_path, "run", *there)
    assert "[grow] step 'grow' is not run: what it gives is in the cache" in second
    assert re.search(r"grow +CACHED", second)
    assert "growing" not in second
    task = f"dags/carried/dagRuns/{RUN.search(second).group(1)}/taskInstances/grow"
    note = stack.get(f"{task}/xcomEntries/flowyml__note?stringify=false")["value"]
    assert (note, stack.get(task)["note"]) == ({"cached": True}, None)
