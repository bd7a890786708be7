"""From the command line to a value in a whole real Airflow, spoken to over its REST API alone.

`dag.test()`, which the suite uses, has no scheduler, no executor and no database between the tasks;
here they all are. It takes about a minute.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import pytest

from flowyml.backend import Trace
from flowyml.review.compare import compare
from flowyml.storage import load_value
from tests.conformance.airflow_stack import Stack, running
from tests.conformance.cases import CASES
from tests.conformance.deployed import *  # noqa: F403 - they run on the Airflow that runs here
from tests.conformance.scheduled import *  # noqa: F403 - they, too

pytestmark = [
    pytest.mark.slow,
    pytest.mark.airflow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, so Linux only"),
]
NAMES = (
    "settings-override",
    "settings-beyond-doubles",
    "dated",
    "gates-closed",
    "flaky",
    "fail_fast",
    "branches-neither",
    "skip_and_fail",
    "odd_conditions",
    "mapping",
)


@pytest.fixture(scope="module")
def stack(runs, tmp_path_factory):
    home = tmp_path_factory.mktemp("stack")
    dags = home / "dags"
    files = sorted({case.file for case in CASES if case.name in NAMES})
    for file in files:
        compile_as_typed(runs.project / file, dags)
    with running(
        home,
        dags,
        PYTHONPATH=os.pathsep.join([str(runs.project), str(runs.project / "deployed")]),
        FLOWYML_ARTIFACT_STORE=str(home / "artifacts"),
        FLOWYML_CODE=str(home / "code"),
    ) as started:
        yield started


def compile_as_typed(file: Path, folder: Path) -> None:
    """Run `flowyml compile` as a user does."""
    command = shutil.which("flowyml", path=str(Path(sys.executable).parent)) or "flowyml"
    run = subprocess.run(
        [command, "compile", file.name, "--target", "airflow", "-o", str(folder)],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in NAMES], ids=lambda case: case.name
)
def test_a_scheduled_run_is_what_the_local_runner_does(runs, stack, case):
    date = case.run_date.isoformat() if case.run_date else None
    ir = runs.pipeline(case).build()
    conf = {key: sent(value) for key, value in runs.context(case, "airflow-stack").items()}
    run = f"dags/{quote(dag_id(ir.name))}/dagRuns/"
    run += quote(stack.run(dag_id(ir.name), conf, date))
    trace = read(stack, run, ir)
    differences = compare(runs.local(case), trace, **runs.of(case, "airflow"))
    assert not differences, "\n".join([*map(str, differences), "", logs(stack, run, ir)])


def test_without_a_logical_date_a_run_is_for_when_it_may_start(runs, stack):
    """The form in Airflow's pages gives no date by default; the run has one all the same."""
    case = next(case for case in CASES if case.name == "dated")
    ir = runs.pipeline(case).build()
    run = f"dags/dated/dagRuns/{quote(stack.run('dated', {}, None))}"
    found = stack.get(run)
    assert found["logical_date"] is None
    after = datetime.fromisoformat(found["run_after"].replace("Z", "+00:00"))
    moment, zone, day = load_value(read(stack, run, ir).assets["moment"])
    assert datetime.fromisoformat(moment) == after.astimezone(timezone.utc)
    assert (zone, day) == ("UTC", f"{after:%Y-%m-%d}")


def test_a_value_of_the_wrong_type_is_refused_at_the_trigger(stack):
    """The types of the parameters are Airflow's own business, before anything runs."""
    with pytest.raises(RuntimeError, match=r"400.*count"):
        stack.run("settings", {"count": "many"}, None)


def sent(value: object) -> object:
    """Give a whole number beyond 64 bits as text: Airflow itself cannot hand it to a task.

    Its parameter accepts text because its default is beyond 2**53.
    """
    return str(value) if isinstance(value, int) and abs(value) >= 2**63 else value


def dag_id(pipeline: str) -> str:
    from flowyml_airflow import names

    return names.dag_id(pipeline)


def read(stack: Stack, run: str, ir) -> Trace:
    """Read a run back through the API: states, attempts, and what was pushed to XCom."""
    from flowyml_airflow.traces import read_trace

    tasks: dict[str, dict] = {}
    xcoms: dict[str, dict] = {}
    for each in stack.get(f"{run}/taskInstances?limit=100")["task_instances"]:
        task, tries = each["task_id"], each["try_number"]
        tasks[task] = {"state": each["state"], "tries": tries, "error": None}
    for each in stack.get(f"{run}/taskInstances/~/xcomEntries?limit=100")["xcom_entries"]:
        task, key = each["task_id"], each["key"]
        if each["map_index"] < 0:
            path = f"{run}/taskInstances/{quote(task)}/xcomEntries/{quote(key)}?stringify=false"
            xcoms.setdefault(task, {})[key] = stack.get(path)["value"]
    return read_trace(ir, state=stack.get(run)["state"], tasks=tasks, xcoms=xcoms)


def logs(stack: Stack, run: str, ir) -> str:
    """Give what was raised in every task that failed, and the end of what Airflow printed."""
    from flowyml_airflow.names import task_id

    parts: list[str] = []
    for step in ir.steps:
        path = f"{run}/taskInstances/{quote(task_id(step))}"
        task = stack.get(path)
        if task["state"] == "failed":
            log = stack.get(f"{path}/logs/{task['try_number']}?full_content=true")
            errors = [each["error_detail"] for each in log["content"] if "error_detail" in each]
            parts.append(f"[{step.name}] {errors}")
    return "\n".join([*parts, stack.tail()])
