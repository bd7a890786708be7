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
    "airflow.operators.python",
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
    "get_current_context",
)
OPERATORS = (
    "airflow.operators.python.ExternalPythonOperator",
    "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator",
    "airflow.providers.docker.operators.docker.DockerOperator",
    "airflow.providers.standard.operators.python.ExternalPythonOperator",
)


def main() -> None:
    from airflow import __version__

    known = {"version": __version__, "names": list(filter(_is_there, _candidates()))}
    known |= {name: _keywords(name) for name in ("DAG", "TaskGroup", "BaseOperator")}
    known["operators"] = {path: _all_keywords(path) for path in filter(_is_there, OPERATORS)}
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
    return _own_keywords(getattr(import_module(home), name))


def _own_keywords(kind: type) -> list[str]:
    return sorted(inspect.signature(kind.__init__).parameters)


def _all_keywords(path: str) -> list[str]:
    """List what an operator takes besides what every operator takes, which `**kwargs` hands on."""
    module, _, name = path.rpartition(".")
    kind = getattr(import_module(module), name)
    operators = [each for each in kind.__mro__ if hasattr(each, "execute")]
    found = {key for each in operators for key in _own_keywords(each)}
    return sorted(found.difference(_keywords("BaseOperator")))


if __name__ == "__main__":
    main()
