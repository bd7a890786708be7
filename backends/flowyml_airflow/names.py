"""Names that Airflow and Python can hold, one for each name that a user gave.

A name that fits stays as it is. Any other loses what does not fit and gets a short digest of the
whole name, so that `a-b` and `a_b` stay apart, and no name depends on which others there are. What
a step needs besides its own task is named after it, with an ending that no other name has.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.ir import StepNode

_OURS = re.compile(r"[0-9a-f]{8}|when|split|items|group|note")
_MARKED = re.compile(rf"__({_OURS.pattern})$")  # how our own names end; no other may end so
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_KEPT = 180  # characters of a changed name

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,239}")  # Airflow: 250 (KEY_LENGTH), and endings
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")  # 255 bytes with our suffixes
_GROUP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")  # Airflow: no dots
_VARIABLE = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_]*")
_PART = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")  # of a variable; "__" joins them

NOTE = "flowyml__note"
"""The XCom in which a step says what its state does not tell."""

_XCOM_RESERVED = frozenset({"return_value"})  # Airflow: XCOM_RETURN_KEY
_TAKEN = frozenset(  # by Python, and by the emitted file itself
    {*keyword.kwlist, "_", "case", "match", "type", "DAG", "Param", "TaskGroup", "literal"}
    | {
        "step",
        "task",
        "split_map",
        "map_items",
        "collect_map",
        "step_apart",
        "publish_apart",
        "CODE",
        "STORE",
        "Path",
    }
    | {"Asset", "Dataset", "CronTriggerTimetable", "DeltaTriggerTimetable"}
    | {"datetime", "timedelta", "timezone"}
    | {"ExternalPythonOperator", "DockerOperator", "KubernetesPodOperator", "DeviceRequest"}
)


def dag_id(pipeline: str) -> str:
    """Name a pipeline's DAG."""
    return _fit(pipeline, _ID)


def task_id(step: StepNode) -> str:
    """Name a step's task, as Airflow does: its group's id stands before its own."""
    return ".".join((*group_ids(step), own_id(step)))


def own_id(step: StepNode) -> str:
    """Name a step's task within its group."""
    return _fit(own_name(step), _ID)


def own_name(step: StepNode) -> str:
    """Give a step's name within its sub-pipeline."""
    return step.name[len("".join(f"{each}." for each in step.group)) :]


def group_ids(step: StepNode) -> tuple[str, ...]:
    """Name the task groups that a step's task is in, from the outermost."""
    return tuple(map(group_id, step.group))


def group_id(pipeline: str) -> str:
    """Name a sub-pipeline's task group within the group around it."""
    return _fit(pipeline, _GROUP)


def file_stem(pipeline: str) -> str:
    """Name a pipeline's files, without any suffix."""
    return _fit(pipeline, _FILE)


def xcom_key(output: str) -> str:
    """Name the XCom of one output of a task; inside Airflow, keys are parts of URLs."""
    return _fit(output, _ID, _XCOM_RESERVED)


def variable(step: str) -> str:
    """Name the Python variable that holds a step's task: `train`, `features__scale` in a group."""
    parts = step.split(".")
    if parts[1:] and all(_PART.fullmatch(p) and not _OURS.fullmatch(p) for p in parts):
        return "__".join(parts)
    return _fit(step, _VARIABLE, _TAKEN)


def decision(name: str) -> str:
    """Name what belongs to the task that asks a step's conditions, after the step's own."""
    return f"{name}__when"


def split(name: str) -> str:
    """Name what belongs to the task that splits a map task's collection, after the step's own."""
    return f"{name}__split"


def items(name: str) -> str:
    """Name what belongs to the tasks that work on a map task's items, after the step's own."""
    return f"{name}__items"


def group(path: str) -> str:
    """Name the Python variable of a task group."""
    return f"{variable(path)}__group"


def is_item(task: str) -> bool:
    """Tell whether Airflow names a mapped instance, as `TASK__items_3`, that works on items."""
    return re.search(r"__items(_\d+)?$", task) is not None


def _fit(name: str, valid: re.Pattern[str], reserved: Collection[str] = ()) -> str:
    if valid.fullmatch(name) and name not in reserved and not _MARKED.search(name):
        return name
    kept = _UNSAFE.sub("_", name)[:_KEPT].strip("_")
    if not kept or kept[0].isdigit():
        kept = f"x{kept}"
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{kept}__{mark}"
