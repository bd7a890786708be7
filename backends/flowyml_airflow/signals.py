"""What a worker says to Airflow and asks of it, in the words of whichever version is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

_HOMES = ("airflow.sdk.exceptions", "airflow.exceptions")  # since 3.2, before
VERDICT = "@when"
"""Among what a task reads, what another one found when it asked the step's conditions: a verdict,
or what was raised. No parameter can have this name."""


def leave_note(context: Mapping[str, Any], **said: Any) -> None:
    """Push what a run's state does not tell: why a step was skipped, that it recovered, items."""
    if known := {key: value for key, value in said.items() if value}:
        from flowyml_airflow.names import NOTE

        context["ti"].xcom_push(NOTE, known)


def tell_outlets(context: Mapping[str, Any], references: Mapping[str, Any]) -> None:
    """Say in the events of the task's assets where what was made is: its reference, by name."""
    for asset in _outlets(context):
        from flowyml_airflow.uris import output_of

        if (reference := references.get(output_of(asset.uri))) is not None:
            context["outlet_events"][asset].extra.update(reference)


def tell_pushed(context: Mapping[str, Any], pushed: Mapping[str, Any]) -> None:
    """Say the same of a task that ran elsewhere, by what becomes its XComs."""
    from flowyml_airflow.names import xcom_key
    from flowyml_airflow.uris import output_of

    names = [output_of(each.uri) for each in _outlets(context)]
    tell_outlets(context, {name: pushed.get(xcom_key(name)) for name in names})


def _outlets(context: Mapping[str, Any]) -> Sequence[Any]:
    return getattr(context.get("task"), "outlets", None) or ()


def skip(why: str) -> NoReturn:
    """Skip this task.

    Raises:
        AirflowSkipException: always.
    """
    raise _exception("AirflowSkipException")(why)


def fail_for_good(why: str, cause: BaseException | None = None) -> NoReturn:
    """Tell Airflow not to try again, and show it the user's own exception.

    Raises:
        AirflowFailException: always.
    """
    raise _exception("AirflowFailException")(why) from cause


def states(context: Mapping[str, Any]) -> Mapping[str, str | None]:
    """Give the states of the run's tasks by id; a mapped one's have `_0`, `_1`, … behind it."""
    task = context["ti"]
    if hasattr(task, "get_task_states"):
        found = task.get_task_states(dag_id=task.dag_id, run_ids=[task.run_id])
        known: Mapping[str, str | None] = found[task.run_id]
        return known
    return {  # Airflow 2
        ti.task_id if ti.map_index < 0 else f"{ti.task_id}_{ti.map_index}": ti.state
        for ti in context["dag_run"].get_task_instances()
    }


def most_mapped() -> int:
    """Give how many instances a mapped task may have here."""
    conf: Any = import_module("airflow.configuration").conf
    allowed: int = conf.getint("core", "max_map_length", fallback=1024)
    return allowed


def _exception(name: str) -> type[Exception]:
    for home in _HOMES:
        try:
            found: type[Exception] = getattr(import_module(home), name)
        except (ImportError, AttributeError):
            continue
        return found
    raise ImportError(f"this Airflow has no {name}")
