"""What a run of Airflow did, in the terms of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flowyml.backend import StepTrace, Trace
from flowyml.constructs import used
from flowyml.engine.schedule import unstarted
from flowyml.ir import PipelineIR, StepNode
from flowyml.storage import Reference
from flowyml.storage.records import State
from flowyml_airflow import names
from flowyml_airflow.names import NOTE, task_id, xcom_key

_STATES = {"success": "SUCCEEDED", "failed": "FAILED", "upstream_failed": "UPSTREAM_FAILED"}
_ENDED = frozenset({"SUCCEEDED", "FAILED"})


def read_trace(
    ir: PipelineIR,
    *,
    state: str,
    tasks: Mapping[str, Any],
    xcoms: Mapping[str, Mapping[str, Any]],
    log: str = "",
) -> Trace:
    """Read the states and XComs of a run.

    Args:
        ir: the checked IR that was compiled.
        state: the run's.
        tasks: by task id, its `state`, its `tries` and its `error`.
        xcoms: by task id and key, what was pushed.
        log: what was printed.
    """
    steps: dict[str, StepTrace] = {}
    for step in ir.steps:  # each after those that it needs
        steps[step.name] = _step(ir, step, tasks, xcoms, steps)
    return Trace(
        success=state == "success",
        steps=steps,
        assets={
            output.name: Reference.from_dict(pushed[xcom_key(output.name)])
            for step in ir.steps
            for pushed in [xcoms.get(task_id(step), {})]
            for output in step.outputs
            if xcom_key(output.name) in pushed
        },
        log=log,
    )


def _step(
    ir: PipelineIR,
    step: StepNode,
    tasks: Mapping[str, Any],
    xcoms: Mapping[str, Mapping[str, Any]],
    before: Mapping[str, StepTrace],
) -> StepTrace:
    """Read a step's state from its task, and a map task's also from the one that splits.

    With `fail_fast`, a task that was kept from running has skipped itself, as one does whose
    condition says no; but only the latter leaves word of it. A task behind the former is skipped
    as well, whatever else it needs.
    """
    task = task_id(step)
    split = names.split(task) if names.split(task) in tasks else task
    found, first = tasks[task], tasks[split]
    note = xcoms.get(split, {}).get(NOTE, {}) | xcoms.get(task, {}).get(NOTE, {})
    if found["state"] == "skipped":
        if "skipped" in note or "fail_fast" not in used(ir):
            return StepTrace(state="SKIPPED")
        states: Mapping[str, State] = cast("Any", {n: each.state for n, each in before.items()})
        return StepTrace(state=unstarted(step, states) or "NOT_RUN")
    if first["state"] == "upstream_failed":
        return StepTrace(state="UPSTREAM_FAILED")
    state = _STATES.get(found["state"] or "", "NOT_RUN")
    hit = state == "SUCCEEDED" and bool(note.get("cached"))
    return StepTrace(
        state="CACHED" if hit else state,
        attempts=0 if hit else found["tries"],
        error=first["error"] or found["error"],
        recovered="recovered" in note if state in _ENDED else None,
        items=tuple(note["items"]) if "items" in note else None,
    )
