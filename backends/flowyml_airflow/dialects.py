"""How each version of Airflow spells what a DAG file says.

A pipeline is lowered once, in the words of the newest version; a dialect says what an older one
calls the same. So the body of the file stays as it is, but for the few words that differ.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from typing import Any, cast

from flowyml.frozen import dataclass
from flowyml_airflow.code import Call, Method, Name
from flowyml_airflow.model import DagFile, DagTask


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What a version says otherwise than the newest one.

    Attributes:
        modules: by name, the module that a DAG file imports it from.
        names: what a name of the newest version is called.
        group_name: the keyword of a task group under which people read its name.
        any_backoff: whether waits may grow by any factor; if not, they double.
        intervals: whether a run can be due every so often.
        open_start: whether a schedule may leave out since when.
        ascii_assets: whether the URI of an asset is ASCII.
    """

    modules: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    names: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    group_name: str = "group_display_name"
    any_backoff: bool = True
    intervals: bool = True
    open_start: bool = True
    ascii_assets: bool = False


_LONG_AGO = Call("datetime", (1970, 1, 1), {"tzinfo": Name("timezone.utc")})
_PYTHONS_OWN = sys.stdlib_module_names
_TIMETABLES: dict[str, str] = dict.fromkeys(
    ["CronTriggerTimetable", "DeltaTriggerTimetable"], "airflow.timetables.trigger"
)
_AIRFLOW_2 = Dialect(
    modules={
        **_TIMETABLES,
        "Asset": "airflow.datasets",
        "DAG": "airflow",
        "ExternalPythonOperator": "airflow.operators.python",
        "Param": "airflow.models.param",
        "TaskGroup": "airflow.utils.task_group",
        "get_current_context": "airflow.operators.python",
        "literal": "airflow.utils.template",
        "task": "airflow.decorators",
    },
    names={"Asset": "Dataset"},
    group_name="tooltip",
    any_backoff=False,
    open_start=False,
    ascii_assets=True,
)
DIALECTS: dict[str, Dialect] = {
    "3.3": Dialect(),
    "3.2": Dialect(),
    "3.1": Dialect(modules=_TIMETABLES, any_backoff=False),
    "3.0": Dialect(
        modules={**_TIMETABLES, "literal": "airflow.sdk.definitions.template"}, any_backoff=False
    ),
    "2.11": _AIRFLOW_2,
    "2.10": dataclasses.replace(_AIRFLOW_2, intervals=False),
}
"""By target version, the default first; tests/unit/airflow/symbols.json holds what each knows."""


def spoken(file: DagFile, dialect: Dialect) -> DagFile:
    """Say the content of a DAG file in the words of another version."""
    if not dialect.open_start:
        file = _started(file)
    return dataclasses.replace(
        file,
        dag=_said(file.dag, dialect),
        imports=_imports(file.imports, dialect),
        tasks=tuple(_task(task, dialect) for task in file.tasks),
    )


def _started(file: DagFile) -> DagFile:
    """Say since when a DAG is due: a date so far back that it is as if there were none."""
    given = file.dag.keywords
    if given["schedule"] is None or "start_date" in given:
        return file
    items, place = list(given.items()), list(given).index("schedule") + 1
    keywords = dict([*items[:place], ("start_date", _LONG_AGO), *items[place:]])
    dates = {"datetime", "timezone", *file.imports.get("datetime", ())}
    return dataclasses.replace(
        file,
        dag=dataclasses.replace(file.dag, keywords=keywords),
        imports={**file.imports, "datetime": tuple(sorted(dates))},
    )


def _imports(
    imports: Mapping[str, tuple[str, ...]], dialect: Dialect
) -> dict[str, tuple[str, ...]]:
    """Name each import's module, in the order of isort."""
    found: dict[str, tuple[str, ...]] = {}
    for module, names in imports.items():
        for name in names:
            home = dialect.modules.get(name, module)
            found[home] = (*found.get(home, ()), dialect.names.get(name, name))
    return dict(sorted(found.items(), key=lambda each: (each[0] not in _PYTHONS_OWN, each[0])))


def _task(task: DagTask, dialect: Dialect) -> DagTask:
    opens = tuple(dataclasses.replace(each, head=_said(each.head, dialect)) for each in task.opens)
    return dataclasses.replace(task, call=_said(task.call, dialect), opens=opens)


def _said(value: Any, dialect: Dialect) -> Any:
    """Say an expression, and the calls in it."""
    if isinstance(value, list):
        parts: list[Any] = cast("Any", value)
        return [_said(each, dialect) for each in parts]
    if isinstance(value, Method):
        return dataclasses.replace(value, of=_said(value.of, dialect))
    if not isinstance(value, Call):
        return value
    function = value.function
    return Call(
        dialect.names.get(function, function)
        if isinstance(function, str)
        else _said(function, dialect),
        value.args,
        dict(_keyword(name, each, dialect) for name, each in value.keywords.items()),
    )


def _keyword(name: str, value: Any, dialect: Dialect) -> tuple[str, Any]:
    if name == "group_display_name":
        return dialect.group_name, value
    if name == "retry_exponential_backoff" and not dialect.any_backoff:
        return name, True
    return name, _said(value, dialect)
