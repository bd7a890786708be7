"""The steps of a run on an Airflow that is not ours, each once it is decided what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from flowyml.backend import StepTrace, Trace
from flowyml.ir import PipelineIR, StepNode
from flowyml.runtime.casting import parse_moment
from flowyml.storage.records import State, StepRecord
from flowyml_airflow import names
from flowyml_airflow.map_tasks import is_native
from flowyml_airflow.names import NOTE, task_id, xcom_key
from flowyml_airflow.place import Place
from flowyml_airflow.traces import read_trace

SETTLED = frozenset({"success", "failed", "upstream_failed", "skipped", "removed"})
"""States that a task instance does not leave by itself."""

_NOTHING: Mapping[str, Any] = {"state": None, "try_number": 0, "start_date": None, "end_date": None}


def steps_of_tasks(ir: PipelineIR) -> dict[str, str]:
    """Name the step that each task belongs to, in the pipeline's order."""
    return {task: step.name for step in ir.steps for task in _tasks(step)}


def _tasks(step: StepNode) -> Iterator[str]:
    """Name the tasks that a step may have, in the order in which they run."""
    own = task_id(step)
    yield names.decision(own)
    if is_native(step):
        yield from (names.split(own), names.items(own))
    yield own


class Settled:
    """The records of the steps that are decided.

    Args:
        ir: the checked IR that runs.
        place: the Airflow.
        path: of the run in REST v2.

    Attributes:
        records: by step name.
    """

    def __init__(self, ir: PipelineIR, place: Place, path: str) -> None:
        self.records: dict[str, StepRecord] = {}
        self._ir = ir
        self._place = place
        self._path = path
        self._xcoms: dict[str, dict[str, Any]] = {}

    def update(
        self, tasks: Mapping[str, Any], errors: Mapping[str, str | None], *, ended: bool
    ) -> None:
        """Make the records of the steps that are decided by now.

        Args:
            tasks: what REST v2 says of the task instances that are not mapped, by task id.
            errors: the traceback of the last attempt, by task id.
            ended: whether the run is over, so that nothing will become of what is left.
        """
        new = [step for step in self._ir.steps if self._is_new(step, tasks, ended=ended)]
        if not new:
            return
        for step in new:
            self._read_xcoms(step, tasks)
        trace = self._trace(tasks, errors)
        for step in new:
            self.records[step.name] = self._record(step, trace, tasks)

    def _is_new(self, step: StepNode, tasks: Mapping[str, Any], *, ended: bool) -> bool:
        state = tasks.get(task_id(step), _NOTHING)["state"]
        return step.name not in self.records and (ended or state in SETTLED)

    def _read_xcoms(self, step: StepNode, tasks: Mapping[str, Any]) -> None:
        """Read what the tasks of a step have pushed, as far as it is of interest."""
        wanted = {NOTE, *(xcom_key(output.name) for output in step.outputs)}
        for task in {task_id(step), *([names.split(task_id(step))] * is_native(step))}:
            if tasks.get(task, _NOTHING)["try_number"]:
                path = f"{self._path}/taskInstances/{quote(task, safe='')}/xcomEntries"
                keys = [each["key"] for each in self._place.listed(path, "xcom_entries")]
                self._xcoms[task] = {key: self._xcom(path, key) for key in keys if key in wanted}

    def _xcom(self, path: str, key: str) -> Any:
        return self._place.get(f"{path}/{quote(key, safe='')}", stringify="false")["value"]

    def _trace(self, tasks: Mapping[str, Any], errors: Mapping[str, str | None]) -> Trace:
        known: dict[str, Any] = {}
        for task in steps_of_tasks(self._ir):
            found = tasks.get(task, _NOTHING)
            error = self._why(task, errors.get(task)) if found["state"] == "failed" else None
            known[task] = {"state": found["state"], "tries": found["try_number"], "error": error}
        return read_trace(self._ir, state="", tasks=known, xcoms=self._xcoms)

    def _why(self, task: str, error: str | None) -> str:
        return error or (
            f"Airflow says that the task '{task}' failed, and its log does not say why: its worker "
            "may have been killed"
        )

    def _record(self, step: StepNode, trace: Trace, tasks: Mapping[str, Any]) -> StepRecord:
        found = trace.steps[step.name]
        made = found.state in ("SUCCEEDED", "CACHED")
        began, took = self._times(step, found, tasks)
        return StepRecord(
            name=step.name,
            state=cast("State", found.state),
            attempts=found.attempts,
            outputs={o.name: trace.assets[o.name] for o in step.outputs} if made else {},
            error=found.error if found.state == "FAILED" else None,
            started_at=began,
            duration_seconds=took,
            recovered=bool(found.recovered),
            items=found.items,
        )

    def _times(
        self, step: StepNode, found: StepTrace, tasks: Mapping[str, Any]
    ) -> tuple[datetime | None, float]:
        """Give when the first attempt began, and the seconds to the end of the last one."""
        own, first = task_id(step), names.split(task_id(step))
        instances = [tasks[each] for each in (first, own) if each in tasks]
        if found.attempts > 1:
            path = f"{self._path}/taskInstances/{quote(own, safe='')}/tries"
            instances = self._place.get(path)["task_instances"]
        began = [*_times(instances, "start_date")]
        ended = [*_times(instances, "end_date")]
        tried = found.attempts or found.state == "CACHED"
        if not (tried and began and ended):
            return None, 0.0
        return min(began), max(0.0, (max(ended) - min(began)).total_seconds())


def _times(instances: Iterable[Mapping[str, Any]], key: str) -> Iterator[datetime]:
    return (parse_moment(each[key]) for each in instances if each[key])
