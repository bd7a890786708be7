"""The worker's side of map tasks: split, work on a range, collect.

What the three have to tell each other is a plan in the artifact store: the task description, what
every item gets besides, and where each range of items is. XCom holds its reference, and the bounds
of the ranges, which is what Airflow maps over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from flowyml.runtime import Task, ValueStore
from flowyml.runtime.map_parts import MapPart, MapRange, collect_map, split_map, work_on
from flowyml.runtime.mapping import MapTaskError
from flowyml.storage import Reference
from flowyml_airflow import names
from flowyml_airflow.signals import fail_for_good, leave_note, most_mapped, skip, states
from flowyml_airflow.worker import (
    Inputs,
    Store,
    described,
    given_to,
    not_wanted,
    obeyed,
    opened,
    run_date,
    told,
    use,
)

MOST = 1024
"""Ranges of one map task at most, or fewer where Airflow maps over fewer."""

PLAN = "plan"


def split_items(
    spec: Mapping[str, Any],
    inputs: Inputs | None,
    context: Mapping[str, Any],
    *,
    code: str | None = None,
    store: Store = None,
    **other: object,
) -> list[list[int]]:
    """Store the items of a map task in ranges, and push the plan; see `run_step`.

    Returns:
        The bounds of the ranges: `[[0, 1], [1, 2]]`.
    """
    use(code, store, other)
    task = described(spec)
    given = given_to(task, spec, inputs, context, store)
    ranges = split_map(task, **given, most=min(MOST, most_mapped()), decided=obeyed(inputs))
    if ranges is None:
        not_wanted(f"a condition of step '{task.name}' says no", spec, context)
    plan = {
        "spec": dict(spec),
        "inputs": {name: reference.to_dict() for name, reference in given["inputs"].items()},
        "ranges": [each.to_dict() for each in ranges],
    }
    context["ti"].xcom_push(PLAN, given["store"].save(PLAN, plan).to_dict())
    return [[each.start, each.stop] for each in ranges]


def work_on_items(
    plan: Mapping[str, Any],
    part: Sequence[int],
    context: Mapping[str, Any],
    *,
    code: str | None = None,
    store: Store = None,
    **other: object,
) -> dict[str, Any]:
    """Work on one range of a map task.

    A failed item shows as a failed task; what became of the range is pushed in any case.

    Raises:
        Exception: what the first failed item raised, or what went wrong with the whole range.
    """
    use(code, store, other)
    task, found, values = _planned(plan, store)
    bounds = next(each for each in found["ranges"] if each["start"] == part[0])
    worked = work_on(
        task,
        MapRange.from_dict(bounds),
        inputs={name: Reference.from_dict(value) for name, value in found["inputs"].items()},
        context=context["params"],
        run_date=run_date(context),
        store=values,
    )
    if worked.error is not None:
        context["ti"].xcom_push("return_value", worked.part.to_dict())
        raise worked.error
    return worked.part.to_dict()


def collect_items(
    parts: Sequence[Sequence[int]] | None,
    results: Iterable[Mapping[str, Any]] | None,
    context: Mapping[str, Any],
    *,
    code: str | None = None,
    store: Store = None,
    **other: object,
) -> dict[str, Any]:
    """Put a map task's results together, in the order of the items.

    Args:
        parts: the bounds of the ranges that were split; None if nothing was.
        results: what was pushed for them; None in Airflow 2 if there are no ranges.
        context: Airflow's context of the running task.
        code: as for `run_step`.
        store: as for `run_step`.
        other: as for `run_step`.

    Raises:
        MapTaskError: more items failed than `min_success_ratio` allows.
        RangeError: a range could not be worked on.
        AirflowSkipException: the map task was skipped.
        AirflowFailException: its items are not there, because something before failed.
    """
    use(code, store, other)
    split = names.split(context["ti"].task_id)
    if parts is None:
        _end_as(split, context)
    plan: Mapping[str, Any] = context["ti"].xcom_pull(task_ids=split, key=PLAN)
    task, found, values = _planned(plan, store)
    total = parts[-1][1] if parts else 0
    found_parts = map(MapPart.from_dict, () if results is None else results)
    try:
        made = collect_map(task, found_parts, total=total, store=values)
    except MapTaskError as error:
        leave_note(context, items=error.items)
        raise
    return told(made, task, found["spec"], context)


def _planned(plan: Mapping[str, Any], store: Store) -> tuple[Task, Mapping[str, Any], ValueStore]:
    from flowyml.storage import load_value

    reference = Reference.from_dict(plan)
    given = None if isinstance(store, str | Mapping) else store
    found: Mapping[str, Any] = given.load(reference) if given else load_value(reference)
    task = described(found["spec"])
    return task, found, opened(store, task)


def _end_as(split: str, context: Mapping[str, Any]) -> NoReturn:
    """Share the fate of the task that had to split the collection, and had nothing to split."""
    state = states(context).get(split)
    if state == "skipped":
        skip(f"{split} was skipped")
    fail_for_good(f"there are no items to collect from: {split} is {state}")
