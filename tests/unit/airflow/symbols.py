"""Print what this interpreter's Airflow knows of the words that a DAG file may use.

`python tests/unit/airflow/symbols.py` in the environment of a version gives its line of
symbols.json, which the tests of the dialects read: nobody has six versions of Airflow at hand.
"""

from __future__ import annotations

import inspect
import json
from importlib import import_module

MODULES = (
    "airflow",
    "airflow.datasets",
    "airflow.decorators",
    "airflow.models.param",
    "airflow.sdk",
    "airflow.sdk.definitions.template",
    "airflow.timetables.datasets",
    "airflow.timetables.trigger",
    "airflow.utils.task_group",
    "airflow.utils.template",
)
NAMES = (
    *("Asset", "AssetOrTimeSchedule", "CronTriggerTimetable", "DAG", "Dataset"),
    *("DatasetOrTimeSchedule", "DeltaTriggerTimetable", "Param", "TaskGroup", "literal", "task"),
)


def main() -> None:
    from airflow import __version__

    known = {"version": __version__, "names": list(filter(_is_there, _candidates()))}
    known |= {name: _keywords(name) for name in ("DAG", "TaskGroup", "BaseOperator")}
    print(json.dumps(known, sort_keys=True))


def _candidates() -> list[str]:
    return [f"{module}.{name}" for module in MODULES for name in NAMES]


def _is_there(path: str) -> bool:
    module, _, name = path.rpartition(".")
    try:
        return hasattr(import_module(module), name)
    except ImportError:
        return False


def _keywords(name: str) -> list[str]:
    homes = ("airflow.sdk", "airflow", "airflow.utils.task_group", "airflow.models.baseoperator")
    home = next(home for home in homes if _is_there(f"{home}.{name}"))
    return sorted(inspect.signature(getattr(import_module(home), name).__init__).parameters)


if __name__ == "__main__":
    main()
