"""The worker's side of skips: what is missing, what was decided, what is said of it."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from flowyml.diagnostics import FlowymlError
from flowyml.frontend.digest import source_digest
from flowyml.frontend.loader import load_file
from flowyml.storage import ArtifactStore, Reference
from flowyml_airflow.worker import run_step

SOURCE = """
from flowyml import step, when

def positive(x=1):
    if x is None:
        raise KeyError("no x")
    return x > 0

@step
@when(positive)
def guarded(x=1):
    return x

@step
def plain(x=7):
    return x
"""
exceptions = pytest.importorskip("airflow.sdk.exceptions")


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "skipping_steps.py").write_text(SOURCE)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    yield folder
    sys.modules.pop("skipping_steps", None)


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "store")


@pytest.fixture
def run(project, store):
    """Run a step of the project in a task; XComs that it pushes by hand are in `pushed`."""
    module = load_file(project / "skipping_steps.py").module

    def call(name, x="absent", *, rule="none_failed", wanted=None, tries=(1, 0), **fields):
        step = getattr(module, name)
        spec = {
            "step": f"skipping_steps:{name}",
            "digest": source_digest(step.function, project)[:16],
            "outputs": ["out"],
            **fields,
        }
        if name == "guarded":
            spec["when"] = [{"digest": source_digest(module.positive, project)[:16]}]
        ti = SimpleNamespace(
            try_number=tries[0],
            max_tries=tries[1],
            dag_id="d",
            run_id="r",
            get_task_states=lambda **_: {"r": {}},
            xcom_push=lambda key, value: call.pushed.append((key, value)),
        )
        context = {
            "params": {},
            "dag_run": SimpleNamespace(run_after=datetime(2026, 1, 2, tzinfo=timezone.utc)),
            "ti": ti,
            "task": SimpleNamespace(trigger_rule=rule),
        }
        given = {} if x == "absent" else {"x": [each and saved(each) for each in x]}
        given |= {} if wanted is None else {"@when": wanted}
        found = run_step(spec, given, context, store=store)
        return store.load(Reference.from_dict(found["out"])) if "out" in found else found

    def saved(value):
        return store.save("x", value[0]).to_dict()

    call.pushed = []
    return call


def test_of_two_producers_whichever_ran_is_read(run):
    assert run("plain", [None, (3,)]) == run("plain", [(3,), None]) == 3


def test_none_that_was_made_is_not_missing(run):
    assert run("plain", [(None,)]) is None


def test_a_step_is_skipped_if_what_it_reads_was(run):
    with pytest.raises(exceptions.AirflowSkipException, match="what makes x was skipped"):
        run("plain", [None, None])


def test_a_parameter_that_can_do_without_keeps_its_default(run):
    assert run("plain", [None], optional=["x"]) == 7


def test_a_value_missing_where_nothing_may_be_skipped_is_an_error(run):
    with pytest.raises(FlowymlError, match="marked as a success and did not run; clear that task"):
        run("plain", [None], rule="all_success")


def test_a_step_skips_itself_if_its_condition_says_no(run):
    assert run("guarded", [(2,)]) == 2
    with pytest.raises(exceptions.AirflowSkipException, match="condition of step 'guarded'"):
        run("guarded", [(-2,)])
    assert run.pushed == []


def test_where_tasks_stop_after_a_failure_a_skip_leaves_word(run):
    with pytest.raises(exceptions.AirflowSkipException):
        run("guarded", [(-2,)], fail_fast=True)
    assert run.pushed == [("flowyml__note", {"skipped": "a condition of step 'guarded' says no"})]


def test_a_verdict_is_obeyed_and_the_condition_not_asked_again(run):
    assert run("guarded", [(-2,)], wanted=True) == -2
    with pytest.raises(exceptions.AirflowSkipException):
        run("guarded", [(2,)], wanted=False)


@pytest.mark.parametrize(("x", "verdicts"), [(1, [True, False]), (-1, [False, True])])
def test_a_task_that_asks_pushes_a_verdict_for_each_that_obeys(run, x, verdicts):
    pushed = run("guarded", [(x,)], decides={"guarded": True, "other": False})
    assert pushed == dict(zip(["guarded", "other"], verdicts, strict=True))


def test_what_a_condition_raises_fails_whoever_goes_by_it_and_for_good(run):
    pushed = run("guarded", [(None,)], decides={"guarded": True, "other": False})
    assert pushed["guarded"] == pushed["other"]
    assert pushed["guarded"].endswith("KeyError: 'no x'")
    with pytest.raises(exceptions.AirflowFailException, match="KeyError: 'no x'"):
        run("guarded", [(1,)], wanted=pushed["guarded"], tries=(1, 2))
    with pytest.raises(exceptions.AirflowFailException, match="KeyError"):
        run("guarded", [(None,)], tries=(1, 2))
