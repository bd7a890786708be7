"""A run on an Airflow that is not ours: begin it, and look how it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flowyml.backend import Delivery, RunRequest, Sighting
from flowyml.deploy import RefusedError, TargetError, UnreachableError
from flowyml.diagnostics import UsageError
from flowyml.ir import PipelineIR
from flowyml.runtime.casting import parse_moment
from flowyml.storage.records import RunState
from flowyml_airflow.deploying import unpaused, url_of
from flowyml_airflow.names import dag_id
from flowyml_airflow.place import Place, dag_path, place_of
from flowyml_airflow.scheduling import kept_from_running
from flowyml_airflow.settings import settings_of
from flowyml_airflow.settled import SETTLED, Settled, steps_of_tasks
from flowyml_airflow.task_logs import Line, Tail

_STATES: Mapping[str, RunState] = {"success": "SUCCEEDED", "failed": "FAILED"}
_AT_WORK = frozenset({"running", "restarting", "up_for_retry", "deferred", "up_for_reschedule"})
_MOST = 2**63  # Airflow hands tasks no greater whole number


def start(delivery: Delivery, run: RunRequest) -> AirflowRun:
    """Trigger a run.

    Raises:
        UsageError: the run is for a date for which Airflow starts nothing.
        TargetError: Airflow has the DAG paused, or refuses; says why in its own words.
    """
    if run.run_date and (why := kept_from_running(settings_of(delivery.options), run.run_date)):
        date = run.run_date.isoformat()
        raise UsageError(f"Airflow would start no step of a run for {date}: {why}")
    place = place_of(delivery)
    unpaused(delivery, place)
    body = {
        "dag_run_id": run.run_id,
        "conf": {key: _sent(value) for key, value in run.context.items()},
        "logical_date": run.run_date.isoformat() if run.run_date else None,
    }
    dag = dag_id(delivery.ir.name)
    try:
        found = place.send("POST", f"{dag_path(dag)}/dagRuns", body)
    except UnreachableError as error:
        raise UnreachableError(
            f"{error}\nthe run may have begun all the same; see {_page(place, dag, run.run_id)}"
        ) from error
    except RefusedError as error:
        if error.status == 409 and run.run_date is not None:
            raise TargetError(
                f"{error}; Airflow has at most one run of '{dag}' for a date, and may have one for "
                f"{run.run_date.isoformat()}"
            ) from None
        raise
    return AirflowRun(delivery.ir, place, found)


def attach(delivery: Delivery, handle: str) -> AirflowRun:
    """Find a run again by its id.

    Raises:
        TargetError: Airflow has none, or none any more.
    """
    place, dag = place_of(delivery), dag_id(delivery.ir.name)
    found = place.find(f"{dag_path(dag)}/dagRuns/{quote(handle, safe='')}")
    if found is None:
        raise TargetError(f"Airflow at {place.service.url} has no run '{handle}' of '{dag}'")
    return AirflowRun(delivery.ir, place, found)


def _page(place: Place, dag: str, run_id: str) -> str:
    """Give the page of a run in Airflow's own pages."""
    return f"{url_of(place, dag)}/runs/{quote(run_id, safe='')}"


def _sent(value: Any) -> Any:
    """Give a whole number that Airflow cannot hand over as text, which the runtime reads back."""
    return str(value) if type(value) is int and abs(value) >= _MOST else value


class AirflowRun:
    """One run; see `flowyml.backend.RemoteRun`.

    Args:
        ir: the checked IR that runs.
        place: the Airflow.
        found: what REST v2 says of the run.
    """

    def __init__(self, ir: PipelineIR, place: Place, found: Mapping[str, Any]) -> None:
        self.handle: str = found["dag_run_id"]
        dag = dag_id(ir.name)
        self.url = _page(place, dag, self.handle)
        self.run_date = parse_moment(found["logical_date"] or found["run_after"])
        self.context: Mapping[str, Any] = found.get("conf") or {}
        self._ir = ir
        self._place = place
        self._path = f"{dag_path(dag)}/dagRuns/{quote(self.handle, safe='')}"
        self._steps = steps_of_tasks(ir)
        self._tails: dict[tuple[str, int], Tail] = {}
        self._settled = Settled(ir, place, self._path)

    def look(self) -> Sighting:
        """Ask Airflow once how the run is; raises what `Service.send` raises."""
        state = _STATES.get(self._place.get(self._path)["state"], "RUNNING")
        instances = self._place.listed(f"{self._path}/taskInstances", "task_instances")
        lines = sorted(self._lines(instances))
        tasks = {each["task_id"]: each for each in instances if each["map_index"] < 0}
        errors = {task: tail.error for (task, index), tail in self._tails.items() if index < 0}
        self._settled.update(tasks, errors, ended=state != "RUNNING")
        working = {each["task_id"] for each in instances if each["state"] in _AT_WORK}
        return Sighting(
            state=state,
            running=[*dict.fromkeys(s for task, s in self._steps.items() if task in working)],
            steps=dict(self._settled.records),
            lines=[(step, line.text, line.stream) for line, step in lines],
        )

    def _lines(self, instances: list[Any]) -> Iterator[tuple[Line, str]]:
        for each in instances:
            task, index, state = each["task_id"], each["map_index"], each["state"]
            if each["try_number"] and task in self._steps and state in _AT_WORK | SETTLED:
                tail = self._tails.setdefault((task, index), self._tail(task, index))
                ended = state in SETTLED or state == "up_for_retry"
                for line in tail.read(each["try_number"], ended=ended):
                    yield line, self._steps[task]

    def _tail(self, task: str, map_index: int) -> Tail:
        return Tail(self._place, f"{self._path}/taskInstances/{quote(task, safe='')}", map_index)
