"""From the IR to a DAG file's content: every decision is made here, on data."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import JsonValue

from flowyml import __version__
from flowyml.backend import Capabilities
from flowyml.constructs import used
from flowyml.ir import FromAsset, PipelineIR, Retry, StepNode, producers
from flowyml.rendering import tidy
from flowyml.runtime.describing import context_types, describe
from flowyml_airflow.capabilities import JITTER
from flowyml_airflow.code import Call, Item, Name, names
from flowyml_airflow.model import DagFile, DagTask
from flowyml_airflow.names import dag_id, file_stem, task_id, variable, xcom_key
from flowyml_airflow.params import lower_params

_MODULES = dict.fromkeys(("DAG", "Param", "literal", "task"), "airflow.sdk")
_RENDERED = re.compile(r"\{[{%#]|[\r\n]")  # text that Airflow's Jinja would change


def lower(ir: PipelineIR, target: str, capabilities: Capabilities) -> DagFile:
    """Decide what the DAG file of a checked IR says.

    Args:
        ir: a checked IR that nothing in `diagnose` speaks against.
        target: for example `airflow==3.3`.
        capabilities: the table of that version.
    """
    doc = _doc(ir)
    dag = _lower_dag(ir, doc)
    types = context_types(ir)
    stops = "fail_fast" in used(ir)
    tasks = tuple(lower_step(step, types, stops=stops) for step in ir.steps)
    return DagFile(
        path=f"{file_stem(ir.name)}.airflow.py",
        source=_source(ir),
        command=f"flowyml compile {shlex.quote(_address(ir))} --target {target}",
        version=__version__.rpartition(".")[0],
        target=target,
        ledger=tuple(_ledger(ir, capabilities)),
        doc=doc,
        dag=dag,
        imports=_imports([dag, *(task.call for task in tasks)]),
        tasks=tasks,
    )


def lower_step(step: StepNode, types: Mapping[str, str], *, stops: bool = False) -> DagTask:
    """Decide what one task says.

    Args:
        step: a node of a checked IR.
        types: the types of the context, as `flowyml.runtime.context_types` gives them.
        stops: whether the task must not start once another one has failed.
    """
    spec = _spec(step, types) | ({"fail_fast": True} if stops else {})
    options = {"task_id": task_id(step.name)}
    if options["task_id"] != step.name:
        options["task_display_name"] = step.name
    maker = Call("step.override", (), {**options, **_lower_retry(step.retry)})
    inputs = {
        p.name: Item(variable(p.binding.step), xcom_key(p.binding.output))
        for p in step.parameters
        if isinstance(p.binding, FromAsset)
    }
    return DagTask(
        step=step.name,
        origin=_origin(step),
        variable=variable(step.name),
        call=Call(maker, (_protected(spec), *[inputs] * bool(inputs))),
        after=tuple(variable(name) for name in step.after if name not in producers(step)),
    )


def _lower_dag(ir: PipelineIR, doc: str) -> Call:
    keywords: dict[str, Any] = {"dag_id": dag_id(ir.name)}
    if keywords["dag_id"] != ir.name:
        keywords["dag_display_name"] = ir.name
    keywords |= {
        "description": doc.partition("\n")[0],
        "doc_md": Name("__doc__"),
        "schedule": None,
        "catchup": False,
    }
    if params := lower_params(ir.parameters):
        keywords["params"] = params
    return Call("DAG", (), {**keywords, "tags": tags(ir)})


def tags(ir: PipelineIR) -> list[str]:
    """List the DAG's tags, each once."""
    project = [f"project:{ir.project}"] if ir.project else []
    return list(dict.fromkeys(["flowyml", *ir.tags, *project]))


def _spec(step: StepNode, types: Mapping[str, str]) -> dict[str, Any]:
    """Describe the step for its worker; Airflow does the retries and has keys of its own."""
    spec = dataclasses.replace(describe(step, types), retry=None).to_dict()
    keys = {o.name: key for o in step.outputs if (key := xcom_key(o.name)) != o.name}
    if keys:
        spec["keys"] = keys
    return spec


def _protected(spec: dict[str, Any]) -> Any:
    """Keep Airflow's templates away from text that they would change."""
    return Call("literal", (spec,)) if _is_rendered(spec) else spec


def _lower_retry(retry: Retry | None) -> dict[str, Any]:
    """State the retries, none included, so that no configuration of a server adds any.

    Airflow: the cap holds only for waits that grow.
    """
    if retry is None or retry.attempts <= 1:
        return {"retries": 0}
    options: dict[str, Any] = {"retries": retry.attempts - 1}
    if retry.backoff == 1:
        cap = retry.delay if retry.max_delay is None else retry.max_delay
        return {**options, "retry_delay": _seconds(min(retry.delay, cap))}
    options |= {"retry_delay": _seconds(retry.delay), "retry_exponential_backoff": retry.backoff}
    if retry.max_delay is not None:
        options["max_retry_delay"] = _seconds(retry.max_delay)
    return options


def _seconds(seconds: float) -> float:
    """Airflow takes seconds; a timedelta would need an import, a line that no step owns."""
    return int(seconds) if seconds == int(seconds) else seconds


def _is_rendered(value: JsonValue) -> bool:
    """Tell whether Airflow would change some text in an argument; it leaves keys alone."""
    if isinstance(value, str):
        return _RENDERED.search(value) is not None
    if isinstance(value, dict):
        return any(map(_is_rendered, value.values()))
    return isinstance(value, list) and any(map(_is_rendered, value))


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


def _origin(step: StepNode) -> str:
    module, _, function = step.function.entrypoint.partition(":")
    return f"{step.function.span.file if step.function.span else module}: {function}"


def _ledger(ir: PipelineIR, capabilities: Capabilities) -> Iterable[str]:
    """Name each construct whose meaning here is not Airflow's own.

    No steps: a line about several would change with each of them.
    """
    for construct in used(ir):
        support = capabilities[construct]
        if support.grade != "native":
            yield f"{support.grade}: {construct}: {support.note}"
    if any(step.retry and step.retry.backoff != 1 for step in ir.steps):
        yield f"differs: retry: {JITTER}"


def _imports(calls: Iterable[Call]) -> dict[str, tuple[str, ...]]:
    """Name what the file imports: only what it uses, in the order of isort."""
    found = {"task", *(name for call in calls for name in names(call))}
    imports: dict[str, tuple[str, ...]] = {}
    for name, module in _MODULES.items():
        if name in found:
            imports[module] = (*imports.get(module, ()), name)
    return imports
