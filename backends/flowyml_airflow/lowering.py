"""From the IR to a DAG file's content: every decision is made here, on data."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

from flowyml import __version__
from flowyml.backend import Capabilities, CompileOptions
from flowyml.constructs import used
from flowyml.ir import PipelineIR
from flowyml.rendering import tidy
from flowyml_airflow.capabilities import JITTER, WHOLE
from flowyml_airflow.code import Call, Name, names
from flowyml_airflow.map_tasks import is_native
from flowyml_airflow.model import DagFile, DagTask
from flowyml_airflow.names import dag_id, file_stem
from flowyml_airflow.params import lower_params
from flowyml_airflow.scheduling import lower_schedule
from flowyml_airflow.settings import AirflowSettings, settings_of, task_keywords
from flowyml_airflow.tasks import lower_tasks

_SDK = (
    *("DAG", "Asset", "CronTriggerTimetable", "DeltaTriggerTimetable", "Param", "TaskGroup"),
    *("literal", "task"),
)
_MODULES = {
    **dict.fromkeys(("datetime", "timedelta", "timezone"), "datetime"),
    **dict.fromkeys(_SDK, "airflow.sdk"),
}


def lower(ir: PipelineIR, options: CompileOptions, capabilities: Capabilities) -> DagFile:
    """Decide what the DAG file of a checked IR says.

    Args:
        ir: a checked IR that nothing in `diagnose` speaks against.
        options: the version of Airflow, and the settings.
        capabilities: the table of that version.
    """
    doc, settings = _doc(ir), settings_of(options)
    dag = _lower_dag(ir, doc, settings)
    tasks = lower_tasks(ir, settings)
    return DagFile(
        path=f"{file_stem(ir.name)}.airflow.py",
        source=_source(ir),
        command=f"flowyml compile {shlex.quote(_address(ir))} {options.asked('airflow')}",
        version=__version__.rpartition(".")[0],
        target=f"airflow=={options.version}",
        ledger=tuple(_ledger(ir, capabilities)),
        doc=doc,
        dag=dag,
        imports=_imports([dag, *_calls(tasks)]),
        tasks=tasks,
        maps=tuple(step.name for step in ir.steps if is_native(step)),
    )


def _lower_dag(ir: PipelineIR, doc: str, settings: AirflowSettings) -> Call:
    keywords: dict[str, Any] = {"dag_id": dag_id(ir.name)}
    if keywords["dag_id"] != ir.name:
        keywords["dag_display_name"] = ir.name
    keywords |= {
        "description": doc.partition("\n")[0],
        "doc_md": Name("__doc__"),
        **lower_schedule(ir, settings),
    }
    limits = {name: getattr(settings, name) for name in ("max_active_runs", "max_active_tasks")}
    keywords |= {name: limit for name, limit in limits.items() if limit is not None}
    if defaults := task_keywords(settings):
        keywords["default_args"] = defaults
    if params := lower_params(ir.parameters):
        keywords["params"] = params
    return Call("DAG", (), {**keywords, "tags": tags(ir, settings)})


def tags(ir: PipelineIR, settings: AirflowSettings) -> list[str]:
    """List the DAG's tags, each once."""
    project = [f"project:{ir.project}"] if ir.project else []
    return list(dict.fromkeys(["flowyml", *ir.tags, *settings.tags, *project]))


def _doc(ir: PipelineIR) -> str:
    """Describe the pipeline; Airflow would take text that ends in `.md` for a file's name."""
    doc = tidy(ir.description or "") or f"The pipeline {ir.name}."
    return f"{doc}." if doc.endswith(".md") else doc


def _source(ir: PipelineIR) -> str:
    name = f" ({ir.source.variable})" if ir.source.variable else ""
    return f"{ir.source.file or ir.source.module}{name}"


def _address(ir: PipelineIR) -> str:
    name = f":{ir.source.variable}" if ir.source.variable else ""
    return f"{ir.source.file or ir.source.module}{name}"


def _ledger(ir: PipelineIR, capabilities: Capabilities) -> Iterable[str]:
    """Name each construct whose meaning here is not Airflow's own.

    No steps: a line about several would change with each of them.
    """
    for construct in used(ir):
        support = capabilities[construct]
        if support.grade != "native":
            yield f"{support.grade}: {construct}: {support.note}"
    if any(step.map and not is_native(step) for step in ir.steps):
        yield f"emulated: map: {WHOLE}"
    if any(step.retry and step.retry.backoff != 1 for step in ir.steps):
        yield f"differs: retry: {JITTER}"


def _calls(tasks: Iterable[DagTask]) -> Iterator[Call]:
    for task in tasks:
        yield task.call
        yield from (each.head for each in task.opens if isinstance(each.head, Call))


def _imports(calls: Iterable[Call]) -> dict[str, tuple[str, ...]]:
    """Name what the file imports: only what it uses, in the order of isort."""
    found = {"task", *(name for call in calls for name in names(call))}
    imports: dict[str, tuple[str, ...]] = {}
    for name, module in _MODULES.items():
        if name in found:
            imports[module] = (*imports.get(module, ()), name)
    return imports
