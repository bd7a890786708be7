"""A run on a Kubeflow, as it is seen through the API."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flowyml.backend import Sighting, StepTrace
from flowyml.storage.records import RunState, State, StepRecord
from flowyml_kubeflow.happened import Happened, ended, places_of, step_traces
from flowyml_kubeflow.pod import read_log
from flowyml_kubeflow.submit.nodes import Node, nodes_of, pod_names

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR, StepNode
    from flowyml.runtime.outcome import Outcome
    from flowyml_kubeflow.plan import Graph, Job, Plan
    from flowyml_kubeflow.submit.api import Api

_ENDS: Mapping[str, RunState] = {
    "SUCCEEDED": "SUCCEEDED",
    "SKIPPED": "SUCCEEDED",
    "FAILED": "FAILED",
    "CANCELED": "INTERRUPTED",
}


@dataclasses.dataclass
class _Log:
    """What was read of a pod's log."""

    lines: list[str] = dataclasses.field(default_factory=list[str])
    shown: int = 0
    outcome: Outcome | None = None
    complete: bool = False


class KubeflowRun:
    """One run; a `flowyml.backend.RemoteRun`.

    Args:
        api: where it runs.
        handle: its id there.
        url: where a person looks at it.
        run_date: the aware UTC date that it is for.
        context: the overrides that it was given.
        ir: the checked IR.
        planned: the tasks that it was compiled to.
    """

    def __init__(
        self,
        api: Api,
        handle: str,
        *,
        url: str,
        run_date: datetime,
        context: Mapping[str, Any],
        ir: PipelineIR,
        planned: Plan,
    ) -> None:
        self.handle, self.url, self.run_date, self.context = handle, url, run_date, context
        self._api, self._ir, self._plan = api, ir, planned
        self._logs: dict[str, _Log] = {}

    def look(self) -> Sighting:
        """Ask how the run is, and read what its pods have printed since."""
        run = self._api.run(self.handle)
        state = _ENDS.get(run.get("state", ""), "RUNNING")
        nodes = nodes_of(run)
        lines = [line for job in self._plan.jobs for line in self._printed(job, nodes)]
        tasks = dict(self._tasks(nodes))
        if state != "RUNNING":
            traces = step_traces(self._ir, self._plan, tasks)
        else:
            traces = {step.name: trace for step, trace in self._decided(tasks)}
        own = [step for step in self._ir.steps if step.name in traces]
        steps = {step.name: self._record(step, traces[step.name], nodes) for step in own}
        running = [job.step.name for job in self._plan.jobs if _runs(job, nodes)]
        return Sighting(
            state=state,
            running=[name for name in dict.fromkeys(running) if name not in steps],
            steps=steps,
            lines=lines,
        )

    def _printed(self, job: Job, nodes: Mapping[str, list[Node]]) -> Iterator[tuple[str, str, Any]]:
        """Read on in the logs of a task's pods."""
        for node in nodes.get(job.name, ()):
            for child in node.children:
                log = self._read(child, node)
                fresh = log.lines[log.shown :]
                log.shown = len(log.lines)
                yield from ((job.step.name, line, "stdout") for line in fresh)

    def _read(self, child: str, node: Node) -> _Log:
        log = self._logs.setdefault(child, _Log())
        if log.complete:
            return log
        text = self._api.log(self.handle, pod_names(child))
        if text is not None:
            whole = text if node.ended else text[: text.rfind("\n") + 1]
            log.lines, log.outcome = read_log(whole)
        log.complete = node.ended
        return log

    def _tasks(self, nodes: Mapping[str, list[Node]]) -> Iterator[tuple[str, Happened]]:
        """Say what became of the tasks; of those in a graph that was not started, the graph's."""
        loops = self._plan.loops
        places = [*self._plan.graphs, *((*j.graph, j.name) for j in self._plan.jobs)]
        for place in places:
            found = self._happened(place[-1], nodes)
            if place[:-1] not in loops and (found or len(place) == 1):
                inner = [j.name for j in self._plan.jobs if place in loops and j.graph == place]
                each = (self._happened(name, nodes) for name in inner)
                happened = found[0] if found else Happened(state="NOT_RUN")
                within = tuple(one for many in each for one in many)
                yield "/".join(place), dataclasses.replace(happened, inner=within)

    def _happened(self, name: str, nodes: Mapping[str, list[Node]]) -> list[Happened]:
        """Say what became of a task, or of each iteration of it."""
        if any(driver.state == "FAILED" for driver in nodes.get(f"{name}-driver", ())):
            return [Happened(state="FAILED", error=f"Kubeflow could not start the task '{name}'")]
        return [self._node(name, node) for node in nodes.get(name, ())]

    def _node(self, name: str, node: Node) -> Happened:
        logs = [self._logs[child] for child in node.children if child in self._logs]
        return Happened(
            state=node.state,
            outcome=logs[0].outcome if logs else None,
            started=bool(logs),
            error=_unexplained(name) if node.state == "FAILED" else None,
            log="\n".join(logs[0].lines) if logs else "",
        )

    def _decided(self, tasks: Mapping[str, Happened]) -> Iterator[tuple[StepNode, StepTrace]]:
        """Give the steps whose own task has ended while the run goes on."""
        for step in self._ir.steps:
            own = tasks.get("/".join(places_of(step, self._plan)[-1]))
            if own is not None and own.state == "SKIPPED":
                yield step, StepTrace(state="SKIPPED")
            elif own is not None and (trace := ended(own)):
                yield step, trace

    def _record(
        self, step: StepNode, trace: StepTrace, nodes: Mapping[str, list[Node]]
    ) -> StepRecord:
        place: Graph = places_of(step, self._plan)[-1]
        (node, *_) = nodes.get(place[-1]) or [Node(state="")]
        logs = (self._logs[child] for child in node.children if child in self._logs)
        outcome = next((log.outcome for log in logs if log.outcome), None)
        record = StepRecord(
            name=step.name,
            state=cast("State", trace.state),
            attempts=trace.attempts,
            error=trace.error,
            recovered=bool(trace.recovered),
            items=trace.items,
            started_at=node.started_at if trace.attempts else None,
        )
        if outcome is None:
            return record
        return dataclasses.replace(
            record,
            outputs=outcome.outputs if trace.state == "SUCCEEDED" else {},
            duration_seconds=outcome.duration_seconds,
            metrics=outcome.metrics,
            nested=outcome.nested,
        )


def _runs(job: Job, nodes: Mapping[str, list[Node]]) -> bool:
    return any(node.state == "RUNNING" and node.children for node in nodes.get(job.name, ()))


def _unexplained(name: str) -> str:
    return f"the task '{name}' failed, and Kubeflow does not say why; look at it there"
