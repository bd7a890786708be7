"""The worker's side: Airflow's context becomes what the runtime runs."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NoReturn

from flowyml.runtime import FinalFailure, Task, ValueStore, run_attempt
from flowyml.storage.reference import Reference

STORE = "FLOWYML_ARTIFACT_STORE"
_OURS = frozenset({"keys", "fail_fast"})


def run_step(
    spec: Mapping[str, Any],
    inputs: Mapping[str, Mapping[str, Any]] | None,
    context: Mapping[str, Any],
    *,
    store: ValueStore | None = None,
) -> dict[str, dict[str, Any]]:
    """Run one step in an Airflow task: one attempt, since Airflow repeats it by its own means.

    Args:
        spec: the task description, with `keys`: the XCom keys of outputs that need another name,
            and `fail_fast`: whether to skip the step if another one of the run has failed.
        inputs: for each parameter that reads an asset, the reference that came through XCom.
        context: Airflow's context of the running task.
        store: where values come from and go to; by default the one that `FLOWYML_ARTIFACT_STORE`
            names, else `.flowyml/artifacts` in the project's folder.

    Returns:
        For each output, its reference by XCom key.

    Raises:
        Exception: whatever the user's code raised, so that Airflow shows where.
        FlowymlError: the step cannot run here, or returned something else than it declares.
        AirflowSkipException: the step is not to start any more.
    """
    if spec.get("fail_fast"):
        _skip_after_failure(context)
    keys: Mapping[str, str] = spec.get("keys", {})
    task = Task.from_dict({name: value for name, value in spec.items() if name not in _OURS})
    try:
        outcome = run_attempt(
            task,
            inputs={name: Reference.from_dict(value) for name, value in (inputs or {}).items()},
            context=context["params"],
            run_date=run_date(context),
            store=store or _open_store(task),
            last=context["ti"].try_number > context["ti"].max_tries,
        )
    except FinalFailure as failure:
        _fail_for_good(failure)
    return {keys.get(name, name): value.to_dict() for name, value in outcome.outputs.items()}


def _fail_for_good(failure: FinalFailure) -> NoReturn:
    """Tell Airflow not to try again, and show it the user's own exception."""
    from airflow.sdk.exceptions import AirflowFailException

    raise AirflowFailException(str(failure)) from failure.__cause__


def run_date(context: Mapping[str, Any]) -> datetime:
    """Give the aware UTC date that the run is for (docs/semantics.md §2.6).

    Airflow: a run that was triggered without a logical date has none.
    """
    found: datetime = context.get("logical_date") or context["dag_run"].run_after
    return datetime.fromisoformat(found.astimezone(timezone.utc).isoformat())


def _skip_after_failure(context: Mapping[str, Any]) -> None:
    """Skip this task if another one of its run has failed.

    Airflow's own DAG(fail_fast=True) will not do: it also skips the tasks behind the failed one, so
    that the run counts as a success.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    task = context["ti"]
    states = task.get_task_states(dag_id=task.dag_id, run_ids=[task.run_id])
    failed = [name for name, state in states[task.run_id].items() if state == "failed"]
    if failed:
        raise AirflowSkipException(f"fail_fast: {', '.join(failed)} failed")


def _open_store(task: Task) -> ValueStore:
    from flowyml.storage import ArtifactStore

    return ArtifactStore(os.environ.get(STORE) or str(_project(task) / ".flowyml" / "artifacts"))


def _project(task: Task) -> Path:
    from flowyml.frontend.project import project_root
    from flowyml.runtime import load_function

    return project_root(Path(inspect.unwrap(load_function(task.step)).__code__.co_filename))
