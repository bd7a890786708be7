"""The worker's side, without Airflow: a context in, references out."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from flowyml.diagnostics import FlowymlError, UsageError
from flowyml.frontend.digest import source_digest
from flowyml.frontend.loader import load_file
from flowyml.runtime import DriftError
from flowyml.storage import ArtifactStore
from flowyml_airflow.map_worker import collect_items, split_items, work_on_items
from flowyml_airflow.worker import run_date, run_step

SOURCE = """
from flowyml import step

def work(rows, rate: float, day=None, *, extra=None):
    return len(rows) * rate, day

def default(rate=7):
    return rate

def fail():
    raise KeyError("user")

def note(rows):
    with open("ran", "a") as file:
        file.write("x")
    return len(rows)
"""
DAY = datetime(2024, 2, 29, 12, tzinfo=timezone.utc)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Make a project that can be imported, and forget it afterwards."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "worker_steps.py").write_text(SOURCE)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    yield folder
    sys.modules.pop("worker_steps", None)


@pytest.fixture
def describe(project):
    """Write the specification of a step, as the compiler does."""
    module = load_file(project / "worker_steps.py").module

    def spec(name, outputs, **fields):
        digest = source_digest(getattr(module, name), project)[:16]
        return {"step": f"worker_steps:{name}", "digest": digest, "outputs": outputs, **fields}

    return spec


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "store")


def context(params, rule="none_failed", **fields):
    given = {
        "params": params,
        "dag_run": SimpleNamespace(run_after=DAY),
        "ti": SimpleNamespace(try_number=1, max_tries=0, xcom_push=lambda key, value: None),
        "task": SimpleNamespace(trigger_rule=rule),
    }
    return {**given, **fields}


def test_inputs_params_and_the_date_reach_the_step(describe, store):
    spec = describe(
        "work",
        ["return_value", "day"],
        params={"rate": "number"},
        run_date=["day"],
        keys={"return_value": "key"},
    )
    rows = store.save("rows", [1, 2, 3]).to_dict()
    pushed = run_step(spec, {"rows": rows}, context({"rate": "0.5", "other": 1}), store=store)
    assert list(pushed) == ["key", "day"]
    assert load(store, pushed["key"]) == 1.5
    assert load(store, pushed["day"]) == DAY


def load(store, reference):
    from flowyml.storage import Reference

    return store.load(Reference.from_dict(reference))


def test_a_parameter_that_nobody_gives_has_the_functions_default(describe, store):
    spec = describe("default", ["out"], params={"rate": "integer"})
    assert load(store, run_step(spec, None, context({}), store=store)["out"]) == 7


def test_the_users_exception_reaches_airflow(describe, store):
    with pytest.raises(KeyError, match="user"):
        run_step(describe("fail", ["out"]), None, context({}), store=store)


def test_other_source_than_was_compiled_does_not_run(describe, store):
    spec = describe("default", ["out"]) | {"digest": "0123456789abcdef"}
    with pytest.raises(DriftError, match="compile again"):
        run_step(spec, None, context({}), store=store)


@pytest.mark.parametrize("run", [run_step, split_items, work_on_items, collect_items])
def test_a_dag_file_of_another_version_is_to_be_compiled_again(run):
    with pytest.raises(FlowymlError, match=r"says wanted, .* compile it again"):
        run({}, None, {}, wanted=None)


def test_a_description_of_another_version_is_to_be_compiled_again(describe):
    with pytest.raises(ValueError, match=r"says later, sooner, .* compile it again"):
        run_step(describe("default", ["out"], sooner=1, later=2), None, context({}))


def test_values_are_kept_where_the_environment_says(describe, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWYML_ARTIFACT_STORE", str(tmp_path / "elsewhere"))
    pushed = run_step(describe("default", ["out"]), None, context({}))
    assert pushed["out"]["uri"].startswith(str(tmp_path / "elsewhere"))


@pytest.mark.parametrize("named", ["store", {"env": "TEAM_STORE"}, {"file": "store.txt"}])
def test_values_are_kept_where_the_dag_says(describe, project, tmp_path, monkeypatch, named):
    (project / "store.txt").write_text(f"{tmp_path}/hidden\n")
    monkeypatch.setenv("TEAM_STORE", str(tmp_path / "hidden"))
    monkeypatch.delenv("FLOWYML_ARTIFACT_STORE", raising=False)
    pushed = run_step(describe("default", ["out"]), None, context({}), store=named)
    place = project / "store" if named == "store" else tmp_path / "hidden"
    assert pushed["out"]["uri"].startswith(str(place))
    monkeypatch.setenv("FLOWYML_ARTIFACT_STORE", str(tmp_path / "elsewhere"))
    pushed = run_step(describe("default", ["out"]), None, context({}), store=named)
    assert pushed["out"]["uri"].startswith(str(tmp_path / "elsewhere"))


def test_the_store_that_the_dag_names_holds_the_cache(describe, project, tmp_path, monkeypatch):
    for variable in ("FLOWYML_ARTIFACT_STORE", "FLOWYML_CACHE"):
        monkeypatch.delenv(variable, raising=False)
    rows = ArtifactStore(tmp_path / "store").save("rows", [1, 2]).to_dict()

    def run(**elsewhere) -> int:
        for variable, value in elsewhere.items():
            monkeypatch.setenv(variable, value)
        given = {"rows": rows}
        run_step(describe("note", ["out"]), given, context({}), store=str(tmp_path / "store"))
        return len((project / "ran").read_text())

    assert [run(), run()] == [1, 1]
    assert (tmp_path / "store" / "cache").is_dir()
    assert [run(FLOWYML_CACHE=str(tmp_path / "other")), run()] == [2, 2]
    assert [run(FLOWYML_CACHE=""), run()] == [3, 4]


@pytest.mark.parametrize(
    ("value", "why"), [("", "TEAM_STORE is not set"), ("ftp://me:pw@host", "a password in the URL")]
)
def test_a_store_that_cannot_be_had_here_fails_the_task(describe, monkeypatch, value, why):
    monkeypatch.setenv("TEAM_STORE", value)
    monkeypatch.delenv("FLOWYML_ARTIFACT_STORE", raising=False)
    with pytest.raises(UsageError, match=why) as raised:
        run_step(describe("default", ["out"]), None, context({}), store={"env": "TEAM_STORE"})
    assert "me:pw" not in str(raised.value)


def test_values_are_kept_in_the_project_by_default(describe, project, monkeypatch):
    monkeypatch.delenv("FLOWYML_ARTIFACT_STORE", raising=False)
    pushed = run_step(describe("default", ["out"]), None, context({}))
    assert pushed["out"]["uri"].startswith(str(project / ".flowyml" / "artifacts"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"logical_date": None},
        {"logical_date": DAY.astimezone(timezone(timedelta(hours=-7)))},
    ],
    ids=["none", "null", "other-zone"],
)
def test_the_date_is_the_logical_date_or_when_the_run_was_made(given):
    found = run_date(context({}, **given))
    assert (found, found.tzinfo, type(found)) == (DAY, timezone.utc, datetime)


def test_a_step_is_skipped_once_another_has_failed(describe, store):
    exceptions = pytest.importorskip("airflow.sdk.exceptions")
    states = {"run": {"train": "failed", "load": "success"}}
    task = SimpleNamespace(
        dag_id="d",
        run_id="run",
        try_number=1,
        max_tries=0,
        get_task_states=lambda **_: states,
    )
    spec = describe("default", ["out"], fail_fast=True)
    with pytest.raises(exceptions.AirflowSkipException, match="fail_fast: train failed"):
        run_step(spec, None, context({}, ti=task), store=store)
    states["run"]["train"] = "success"
    assert load(store, run_step(spec, None, context({}, ti=task), store=store)["out"]) == 7


def test_workers_share_the_cache_that_their_environment_names(
    describe, store, project, tmp_path, monkeypatch
):
    spec = describe("note", ["out"])
    given = {"rows": store.save("rows", [1, 2]).to_dict()}
    ran = [run_step(spec, given, context({}), store=store)]
    monkeypatch.setenv("FLOWYML_CACHE", str(tmp_path / "cache"))
    ran += [run_step(spec, given, context({}), store=store) for _ in range(3)]
    assert (project / "ran").read_text() == "xx"  # once without a cache, once to fill it
    assert [load(store, each["out"]) for each in ran] == [2] * 4
    monkeypatch.setenv("FLOWYML_ALLOW_DRIFT", "1")
    run_step(spec, given, context({}), store=store)
    assert (project / "ran").read_text() == "xxx"
