"""The worker's side of map tasks, with a stand-in for Airflow."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from flowyml.frontend.digest import source_digest
from flowyml.frontend.loader import load_file
from flowyml.runtime.map_parts import LOST
from flowyml.runtime.mapping import MapItemError, MapTaskError, MapTaskResult
from flowyml.storage import ArtifactStore, Reference
from flowyml_airflow.map_worker import collect_items, split_items, work_on_items

SOURCE = """
from flowyml import map_task, when

@map_task(min_success_ratio=0.5)
def halve(number, scale=1, low: int = 0):
    if number % 2:
        raise ValueError(number)
    return number // 2 * scale + low

@map_task
@when(lambda number: len(number) > 1)
def guarded(number):
    return number
"""
exceptions = pytest.importorskip("airflow.sdk.exceptions")


class Flow:
    """The tasks of one map task, one after the other, as Airflow runs them."""

    def __init__(self, project, store, name="halve", **fields):
        module = load_file(project / "mapping_steps.py").module
        step = getattr(module, name)
        self.store, self.spec = (
            store,
            {
                "step": f"mapping_steps:{name}",
                "digest": source_digest(step.function, project)[:16],
                "outputs": ["return_value"],
                "keys": {"return_value": "key"},
                "map": {"min_success_ratio": step.mapping.min_success_ratio},
                "params": {"low": "integer"},
                **fields,
            },
        )
        if name == "guarded":
            predicate = source_digest(step.conditions[0].predicate, project)
            self.spec["when"] = [{"digest": predicate[:16]}]
        self.xcoms, self.split_state = {}, "success"

    def context(self, task):
        ti = SimpleNamespace(
            task_id=task,
            dag_id="d",
            run_id="r",
            xcom_push=lambda key, value: self.xcoms.__setitem__((task, key), value),
            xcom_pull=lambda task_ids, key: self.xcoms[task_ids, key],
            get_task_states=lambda **_: {"r": {"score__split": self.split_state}},
        )
        run = SimpleNamespace(run_after=datetime(2026, 1, 2, tzinfo=timezone.utc))
        rule = SimpleNamespace(trigger_rule="none_failed")
        return {"params": {"low": 0}, "ti": ti, "dag_run": run, "task": rule}

    def split(self, number, scale=None, **verdict):
        given = {"number": number, "scale": scale}
        inputs = {
            k: None if v is None else self.store.save(k, v).to_dict() for k, v in given.items()
        }
        context = self.context("score__split")
        spec = self.spec | {"optional": ["scale"]}
        return split_items(spec, inputs | verdict, context, store=self.store)

    def work(self, part):
        plan = self.xcoms["score__split", "plan"]
        return work_on_items(plan, part, self.context("score__items"), store=self.store)

    def collect(self, parts, results):
        found = collect_items(parts, results, self.context("score"), store=self.store)
        return self.store.load(Reference.from_dict(found["key"]))


@pytest.fixture
def flow(tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "mapping_steps.py").write_text(SOURCE)
    monkeypatch.setattr(sys, "path", [str(project), *sys.path])
    store = ArtifactStore(tmp_path / "store")
    yield lambda *args, **fields: Flow(project, store, *args, **fields)
    sys.modules.pop("mapping_steps", None)


def test_the_items_come_out_in_order_with_what_all_of_them_get(flow):
    one = flow()
    parts = one.split([2, 4, 6], 10)
    assert parts == [[0, 1], [1, 2], [2, 3]]
    results = [one.work(part) for part in reversed(parts)]
    assert one.collect(parts, results) == MapTaskResult(results=[10, 20, 30])


def test_more_items_than_airflow_maps_over_share_ranges(flow, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__MAX_MAP_LENGTH", "4")
    one = flow()
    parts = one.split([2] * 10)
    assert parts == [[0, 2], [2, 5], [5, 7], [7, 10]]
    assert one.collect(parts, map(one.work, parts)).results == [1] * 10


def test_a_failed_item_is_a_failed_task_that_left_word(flow):
    one = flow()
    parts = one.split([2, 3])
    with pytest.raises(ValueError, match="3"):
        one.work(parts[1])
    left = one.xcoms["score__items", "return_value"]
    assert one.collect(parts, [one.work(parts[0]), left]) == MapTaskResult(
        results=[1, None], errors=[MapItemError(index=1, error="ValueError: 3")]
    )


def test_an_item_of_which_nothing_is_heard_has_failed(flow):
    one = flow()
    parts = one.split([2, 4])
    result = one.collect(parts, [one.work(parts[1])])
    assert result.errors == [MapItemError(index=0, error=LOST)]
    with pytest.raises(MapTaskError, match="2 of 2 items failed"):
        one.collect(parts, [])


def test_nothing_to_split_is_an_empty_result(flow):
    one = flow()
    assert one.split([]) == []
    assert one.collect([], []) == MapTaskResult(results=[])


def test_a_skipped_producer_skips_the_split_and_what_collects(flow):
    one = flow()
    with pytest.raises(exceptions.AirflowSkipException, match="what makes number was skipped"):
        one.split(None)
    one.split_state = "skipped"
    with pytest.raises(exceptions.AirflowSkipException, match="score__split was skipped"):
        one.collect(None, [])


@pytest.mark.parametrize("state", ["upstream_failed", "failed"])
def test_a_failing_producer_fails_what_collects(flow, state):
    one = flow()
    one.split_state = state
    with pytest.raises(exceptions.AirflowFailException, match=f"score__split is {state}"):
        one.collect(None, [])


def test_the_split_asks_the_conditions_or_obeys_a_verdict(flow):
    one = flow("guarded", params={})
    with pytest.raises(exceptions.AirflowSkipException, match="condition of step 'guarded'"):
        one.split([2])
    assert one.split([2, 4]) == [[0, 1], [1, 2]]
    with pytest.raises(exceptions.AirflowSkipException):
        one.split([2, 4], **{"@when": False})
    with pytest.raises(exceptions.AirflowFailException, match="no answer"):
        one.split([2, 4], **{"@when": "no answer"})
