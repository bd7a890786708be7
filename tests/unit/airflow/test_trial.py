"""Compiled files in a real Airflow, run with `dag.test()` in a process of its own."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flowyml.backend import TrialRequest
from flowyml.diagnostics import FlowymlError
from flowyml.frontend.loader import load_file
from flowyml.storage import load_value
from flowyml_airflow import AirflowBackend, AirflowSession
from tests.unit.airflow.irs import OPTIONS, compiled, training

SOURCE = '''
"""Steps for a trial."""
from flowyml import Pipeline, RunDate, context, step

@step(outputs=["rows", "return_value"])
def load(size: int, note: str):
    return list(range(size)), note

@step(outputs=["total"])
def add(rows, day: RunDate, scale: float = 2.0):
    return sum(rows) * scale, day

@step(outputs=["checked"])
def check(rows):
    if len(rows) > 5:
        raise ValueError("too many rows")

@step(outputs=["report"], after=["check"])
def report(checked, return_value):
    return f"checked: {return_value}"

@step(outputs=["tries"], retry=2)
def flaky(rows, folder):
    import pathlib
    log = pathlib.Path(folder) / "tries"
    tries = log.read_text().count(".") + 1 if log.exists() else 1
    log.write_text("." * tries)
    if tries < 3:
        raise RuntimeError("again")
    return tries

values = context(size=3, note="{{ ds }} {% raw", folder=None)
trial = Pipeline("trial: {{ ds }}", context=values).add_steps([load, add, check, report, flaky])
'''
DAY = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)

pytestmark = [pytest.mark.airflow, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / "flowyml.yaml").touch()
    (folder / "trial_steps.py").write_text(SOURCE)
    return folder


@pytest.fixture(scope="module")
def ir(project):
    return load_file(project / "trial_steps.py").module.trial.build()


@pytest.fixture(scope="module")
def artifacts(ir):
    return AirflowBackend().compile(ir, OPTIONS)


@pytest.fixture(scope="module")
def session(project, tmp_path_factory):
    with AirflowSession(tmp_path_factory.mktemp("airflow"), project) as session:
        yield session


def states(trace):
    return {name: (step.state, step.attempts) for name, step in trace.steps.items()}


def test_a_run_gives_states_attempts_and_values(session, ir, artifacts, tmp_path):
    context = {"scale": 0.5, "folder": str(tmp_path)}
    trace = session.run(ir, artifacts, context=context, run_date=DAY)
    assert trace.success
    assert states(trace) == {
        "load": ("SUCCEEDED", 1),
        "add": ("SUCCEEDED", 1),
        "check": ("SUCCEEDED", 1),
        "report": ("SUCCEEDED", 1),
        "flaky": ("SUCCEEDED", 3),
    }
    assert {name: load_value(ref) for name, ref in trace.assets.items()} == {
        "rows": [0, 1, 2],
        "return_value": "{{ ds }} {% raw",
        "total": (1.5, DAY),
        "checked": None,
        "report": "checked: {{ ds }} {% raw",
        "tries": 3,
    }


def test_a_failed_step_is_told_with_its_error_and_others_still_run(
    session, ir, artifacts, tmp_path
):
    trace = session.run(ir, artifacts, context={"size": 6, "folder": str(tmp_path)})
    assert not trace.success
    assert states(trace) == {
        "load": ("SUCCEEDED", 1),
        "add": ("SUCCEEDED", 1),
        "check": ("FAILED", 1),
        "report": ("UPSTREAM_FAILED", 0),
        "flaky": ("SUCCEEDED", 3),
    }
    assert "report" not in trace.assets
    error = trace.steps["check"].error
    assert error.endswith("ValueError: too many rows")
    assert "trial_steps.py" in error
    assert "run.py" not in error.partition("trial_steps.py")[0]
    assert "ValueError: too many rows" in trace.log


def test_a_value_of_the_wrong_type_is_refused_by_airflow(session, ir, artifacts):
    with pytest.raises(FlowymlError, match="'many' is not of type 'integer'"):
        session.run(ir, artifacts, context={"size": "many"})


def test_a_date_for_which_airflow_starts_nothing_is_refused(session, ir):
    options = dataclasses.replace(OPTIONS, settings={"start_date": "2024-03-01"})
    late = AirflowBackend().compile(ir, options)
    with pytest.raises(FlowymlError, match="no step of a run for 2024-02-29T12:30:00"):
        session.run(ir, late, run_date=DAY)


def test_a_file_that_airflow_does_not_take_is_an_error(session, ir, artifacts):
    broken = AirflowBackend().compile(ir, OPTIONS)[0]
    text = broken.text.replace("retries=0", "retrys=0")
    with pytest.raises(FlowymlError, match="retrys"):
        session.run(ir, (type(broken)(path=broken.path, text=text),))


def test_a_project_that_changed_between_runs_is_imported_anew(session, project):
    file = project / "changing.py"
    for value in (1, 2):
        file.write_text(
            "from flowyml import Pipeline, step\n"
            "@step(outputs=['value'])\n"
            f"def give():\n    return {value}\n"
            "pipeline = Pipeline('changing').add_steps([give])\n"
        )
        sys.modules.pop("changing", None)
        ir = load_file(file).module.pipeline.build()
        trace = session.run(ir, AirflowBackend().compile(ir, OPTIONS))
        assert load_value(trace.assets["value"]) == value


def test_simulate_runs_one_pipeline_in_an_airflow_of_its_own(
    project, ir, artifacts, tmp_path, monkeypatch
):
    monkeypatch.setenv("FLOWYML_CACHE", str(tmp_path / "cache"))  # which a trial leaves alone
    (tmp_path / "tries").write_text("..")
    request = TrialRequest(
        workdir=tmp_path / "airflow", project=project, context={"folder": str(tmp_path)}
    )
    trace = AirflowBackend().simulate(ir, artifacts, request)
    assert states(trace)["flaky"] == ("SUCCEEDED", 1)
    assert trace.success
    assert not (tmp_path / "cache").exists()


def test_an_interpreter_without_airflow_is_named_with_the_remedy(project, ir, artifacts, tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    with (
        AirflowSession(tmp_path / "airflow", project, python=str(bare)) as session,
        pytest.raises(FlowymlError, match=r"has no Airflow .*install 'flowyml\[airflow\]'"),
    ):
        session.run(ir, artifacts)


def test_another_version_than_was_compiled_for_is_refused(project, ir, artifacts, tmp_path):
    import airflow

    request = TrialRequest(workdir=tmp_path / "airflow", project=project, version="2.11")
    said = f"has Airflow {airflow.__version__}, and this was compiled for airflow==2.11; name"
    with pytest.raises(FlowymlError, match=re.escape(said)):
        AirflowBackend().simulate(ir, artifacts, request)


def test_an_interpreter_that_ends_at_once_is_told_with_its_last_words(project, ir, tmp_path):
    dead = tmp_path / "python"
    dead.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    dead.chmod(0o755)
    with (
        AirflowSession(tmp_path / "airflow", project, python=str(dead)) as session,
        pytest.raises(FlowymlError, match="ended with code 3:\nno such luck"),
    ):
        session.run(ir, AirflowBackend().compile(ir, OPTIONS))


def test_a_file_parses_without_flowyml_pandas_or_the_users_code(tmp_path):
    file = tmp_path / "training.airflow.py"
    file.write_text(compiled(training()), encoding="utf-8")
    code = (
        "import runpy, sys\n"
        f"names = runpy.run_path({str(file)!r})\n"
        "assert names['train'].operator.task_id == 'train'\n"
        "print(sorted({'flowyml', 'flowyml_airflow', 'pandas', 'pipelines'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=tmp_path,
        env={"AIRFLOW_HOME": str(tmp_path), "PATH": "", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr
