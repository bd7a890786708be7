"""Whether what Airflow schedules by is what was compiled.

Airflow keeps two copies of a DAG file: its text, and what it serialised of it. It brings the text
up to date whenever it parses, but the rest not within `core.min_serialized_dag_update_interval`
(30 s) of the last change. So that the text is there says nothing of the tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowyml.ir import PipelineIR
from flowyml_airflow import names
from flowyml_airflow.code import Call, Method, references
from flowyml_airflow.model import DagFile

_SHOWN = ("trigger_rule", "retries", "pool", "pool_slots", "queue", "priority_weight")
"""What REST v2 says of a task in the words of an operator's keywords."""


def is_taken(ir: PipelineIR, file: DagFile, tasks: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether Airflow has the tasks of a file.

    Args:
        ir: what was compiled.
        file: what it was compiled to.
        tasks: what REST v2 lists as the tasks of the DAG.
    """
    found = {task["task_id"]: task for task in tasks}
    options = _options(ir, file)
    users = _users(file, {task.variable: name for name, task in options.items()})
    return found.keys() == options.keys() and all(
        {*found[name]["downstream_task_ids"]} == users[name]
        and all(found[name].get(key) == task.says[key] for key in _SHOWN if key in task.says)
        for name, task in options.items()
    )


class _Task:
    """A task by what is said of it in the file."""

    def __init__(self, variable: str, says: Mapping[str, Any]) -> None:
        self.variable = variable
        self.says = says


def _options(ir: PipelineIR, file: DagFile) -> dict[str, _Task]:
    groups = {step.name: names.group_ids(step) for step in ir.steps}
    found: dict[str, _Task] = {}
    for task in file.tasks:
        says = _keywords(task.call)
        found[".".join((*groups[task.step], says["task_id"]))] = _Task(task.variable, says)
    return found


def _keywords(call: Call) -> Mapping[str, Any]:
    """Find what makes the task: the innermost call, `step.override(…)`."""
    function = call.function
    while not isinstance(function, str):
        call = function.of if isinstance(function, Method) else function
        function = call.function
    return call.keywords


def _users(file: DagFile, ids: Mapping[str, str]) -> dict[str, set[str]]:
    """Name, for each task, those that wait for it."""
    users: dict[str, set[str]] = {name: set() for name in ids.values()}
    for task in file.tasks:
        for variable in {*references(task.call), *task.after} & ids.keys():
            users[ids[variable]].add(ids[task.variable])
    return users
