"""What a worker says to Airflow and asks of it, of versions 2 and 3."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from flowyml_airflow.signals import fail_for_good, leave_note, skip, states


class SkipError(Exception):
    """Stands for Airflow's."""


def test_the_exceptions_are_found_where_a_version_has_them(monkeypatch):
    old = ModuleType("airflow.exceptions")
    old.AirflowSkipException = old.AirflowFailException = SkipError
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk.exceptions", None)
    monkeypatch.setitem(sys.modules, "airflow.exceptions", old)
    with pytest.raises(SkipError, match="not now"):
        skip("not now")
    with pytest.raises(SkipError, match="never") as failure:
        fail_for_good("never", KeyError("x"))
    assert isinstance(failure.value.__cause__, KeyError)


def test_an_airflow_without_them_is_said(monkeypatch):
    for name in ("airflow.sdk.exceptions", "airflow.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="no AirflowSkipException"):
        skip("not now")


def test_states_come_from_the_sdk_or_from_the_run():
    new = SimpleNamespace(
        dag_id="d", run_id="r", get_task_states=lambda **_: {"r": {"a": "failed", "b_0": None}}
    )
    assert states({"ti": new}) == {"a": "failed", "b_0": None}
    known = [("a", -1, "failed"), ("b", 0, None)]
    run = SimpleNamespace(
        get_task_instances=lambda: [
            SimpleNamespace(task_id=name, map_index=index, state=state)
            for name, index, state in known
        ]
    )
    assert states({"ti": SimpleNamespace(), "dag_run": run}) == {"a": "failed", "b_0": None}


def test_nothing_is_pushed_where_there_is_nothing_to_say():
    pushed = []
    context = {"ti": SimpleNamespace(xcom_push=lambda key, value: pushed.append((key, value)))}
    leave_note(context, recovered=False, items=None)
    leave_note(context, recovered=True, items=None)
    assert pushed == [("flowyml__note", {"recovered": True})]
