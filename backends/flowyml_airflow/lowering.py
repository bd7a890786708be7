"""From the IR to a DAG file's content: every decision is made here, on data."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowyml import __version__
from flowyml.backend import Capabilities, CompileOptions
from flowyml.constructs import used
from flowyml.ir import PipelineIR
from flowyml.rendering import tidy
from flowyml.runtime.bundle import CODE_FOLDER
from flowyml_airflow.apart import MODULES as OPERATORS
from flowyml_airflow.apart import Apart
from flowyml_airflow.attempts import is_native as retried_by_airflow
from flowyml_airflow.capabilities import APART_MAP, APART_RETRY, JITTER, WEIGHT, WHOLE
from flowyml_airflow.code import Call, Name, names
from flowyml_airflow.map_tasks import is_native
from flowyml_airflow.model import DagFile, DagTask
from flowyml_airflow.names import dag_id, file_stem
from flowyml_airflow.params import lower_params
from flowyml_airflow.scheduling import lower_schedule
from flowyml_airflow.settings import (
    AirflowSettings,
    are_contained,
    places,
    publishes,
    settings_of,
    store_of,
    task_keywords,
)
from flowyml_airflow.tasks import lower_tasks

_SDK = (
    *("DAG", "Asset", "CronTriggerTimetable", "DeltaTriggerTimetable", "Param", "TaskGroup"),
    *("get_current_context", "literal", "task"),
)
_MODULES = {
    **dict.fromkeys(("datetime", "timedelta", "timezone"), "datetime"),
    "Path": "pathlib",
    **OPERATORS,
    **dict.fromkeys(_SDK, "airflow.sdk"),
    "DeviceRequest": "docker.types",
}


def lower(ir: PipelineIR, options: CompileOptions, capabilities: Capabilities) -> DagFile:
    """Decide what the DAG file of a checked IR says.

    Args:
        ir: a checked IR that nothing in `diagnose` speaks against.
        options: the version of Airflow, and the settings.
        capabilities: the table of that version.
    """
    doc, settings = _doc(ir), settings_of(options)
    dag, apart = _lower_dag(ir, doc, settings), places(ir, options)
    store = store_of(options)
    code = _bundled(ir, options)
    tasks = lower_tasks(ir, settings, apart, code=code, store=store)
    here = [step for step in ir.steps if step.name not in apart]
    pythons = tuple(name for name, each in apart.items() if each.settings.run_in == "python")
    beside = (code["name"],) if code and (here or pythons) else ()
    return DagFile(
        path=f"{stem(ir)}.py",
        source=_source(ir),
        command=f"flowyml compile {shlex.quote(_address(ir))} {options.asked('airflow')}",
        version=__version__.rpartition(".")[0],
        target=f"airflow=={options.version}",
        ledger=(*_code_from(ir, options, apart), *_ledger(ir, capabilities, apart)),
        doc=doc,
        dag=dag,
        imports=_imports([dag, *_calls(tasks)], decorated=bool(here), bundled=bool(beside)),
        tasks=tasks,
        maps=tuple(step.name for step in here if is_native(step)),
        here=tuple(step.name for step in here),
        pythons=pythons,
        publishers=tuple(s.name for s in ir.steps if s.name in apart and publishes(s, settings)),
        bundle=beside,
        store=(store,) if store is not None and here else (),
    )


def stem(ir: PipelineIR) -> str:
    """Give what the names of all files of a pipeline begin with."""
    return f"{file_stem(ir.name)}.airflow"


def _bundled(ir: PipelineIR, options: CompileOptions) -> dict[str, str] | None:
    """Name the file with the project's code, and what its content is."""
    found = options.bundle
    return {"name": found.path(stem(ir)), "sha256": found.digest} if found else None


def _code_from(
    ir: PipelineIR, options: CompileOptions, places: Mapping[str, Apart]
) -> tuple[str, ...]:
    """Say where workers find the project's code, if the stack does."""
    if options.bundle:
        also = f"; for containers in {CODE_FOLDER}/ of the artifact store" * are_contained(places)
        return (f"code: {options.bundle.path(stem(ir))}, beside this file{also}",)
    if options.code == "import":
        source = options.distribution or "the project"
        return (f"code: {source}, installed where the steps run",)
    return ()


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


def _ledger(
    ir: PipelineIR, capabilities: Capabilities, places: Mapping[str, Apart]
) -> Iterable[str]:
    """Name each construct whose meaning here is not Airflow's own.

    No steps: a line about several would change with each of them.
    """
    for construct in used(ir):
        support = capabilities[construct]
        if support.grade != "native":
            yield f"{support.grade}: {construct}: {support.note}"
    if any(step.map and not is_native(step) for step in ir.steps):
        yield f"emulated: map: {WHOLE}"
    apart = [step for step in ir.steps if step.name in places]
    if any(step.map and is_native(step) for step in apart):
        yield f"emulated: map: {APART_MAP}"
    if any(not retried_by_airflow(step.retry) for step in apart):
        yield f"emulated: retry: {APART_RETRY}"
    docker = [step.resources for step in apart if places[step.name].settings.run_in == "docker"]
    if any(resources and resources.cpu for resources in docker):
        yield f"differs: resources: {WEIGHT}"
    if any(step.retry and step.retry.backoff != 1 for step in ir.steps):
        yield f"differs: retry: {JITTER}"


def _calls(tasks: Iterable[DagTask]) -> Iterator[Call]:
    for task in tasks:
        yield task.call
        yield from (each.head for each in task.opens if isinstance(each.head, Call))


def _imports(
    calls: Iterable[Call], *, decorated: bool, bundled: bool
) -> dict[str, tuple[str, ...]]:
    """Name what the file imports: only what it uses, in the order of isort.

    Args:
        calls: all that the file calls.
        decorated: whether it has functions that are tasks.
        bundled: whether it names a file beside it.
    """
    found = {name for call in calls for name in names(call)}
    found |= {*["get_current_context", "task"] * decorated, *["Path"] * bundled}
    imports: dict[str, tuple[str, ...]] = {}
    for name, module in _MODULES.items():
        if name in found:
            imports[module] = (*imports.get(module, ()), name)
    return imports
