"""A map task as tasks of Airflow's own: split, one mapped task a range of items, collect."""

from __future__ import annotations

from typing import Any

from flowyml.ir import StepNode
from flowyml_airflow import names
from flowyml_airflow.code import Call, Item, Method, Name
from flowyml_airflow.names import variable


def is_native(step: StepNode) -> bool:
    """Tell whether a step is a map task that Airflow's dynamic task mapping can mean.

    It cannot try all items again together, nor stop the others when one fails; and a fallback is
    called with whatever the map task raised, in the process that raised it.
    """
    if step.map is None or step.map.fail_fast or step.fallback is not None:
        return False
    return step.retry is None or step.retry.attempts <= 1


def items_call(step: StepNode, settings: dict[str, Any]) -> Call:
    """Write the mapped task: an instance a range, as many at once as the map task allows."""
    assert step.map is not None  # noqa: S101 - `is_native` said so
    split = names.split(variable(step.name))
    options = {
        "task_id": names.items(names.own_id(step)),
        "retries": 0,
        "max_active_tis_per_dagrun": step.map.concurrency,
        **settings,
    }
    maker = Call("map_items.override", (), options)
    given = Call(Method(maker, "partial"), (), {"plan": Item(split, "plan")})
    return Call(Method(given, "expand"), (), {"part": Name(split)})


def collect_call(step: StepNode, options: dict[str, Any]) -> Call:
    """Write the task that collects; whatever became of the others, it starts when they ended."""
    maker = Call("collect_map.override", (), {**options, "retries": 0, "trigger_rule": "all_done"})
    name = variable(step.name)
    return Call(maker, (Name(names.split(name)), Name(names.items(name))))
