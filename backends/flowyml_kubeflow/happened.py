"""What became of steps, told by what became of their tasks, wherever these ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from flowyml.backend import StepTrace
from flowyml.engine.schedule import unstarted
from flowyml.frozen import dataclass
from flowyml_kubeflow.plan import Graph, Plan

if TYPE_CHECKING:
    from flowyml.ir import PipelineIR, StepNode
    from flowyml.runtime.outcome import Outcome
    from flowyml.storage.records import State


_LAST = 30
"""Lines of a log that are shown of a container which a signal ended."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What became of a task.

    Attributes:
        state: `SUCCEEDED`, `FAILED`, `SKIPPED`, or anything else for one that was not started.
        outcome: what its container left behind, if it came to that.
        started: whether a container was started for it.
        error: why the orchestrator calls it failed.
        log: what its container printed.
        killed: whether a signal ended its container, which had no chance to say more.
        inner: the tasks within, if it is a graph.
    """

    state: str
    outcome: Outcome | None = None
    started: bool = False
    error: str | None = None
    log: str = ""
    killed: bool = False
    inner: tuple[Happened, ...] = ()

    @property
    def why(self) -> str | None:
        """The error, of the first task that failed within if it is a graph."""
        for each in self.inner:
            if each.state == "FAILED":
                return each.why
        if self.outcome and self.outcome.error:
            return self.outcome.error
        if self.killed:
            return "\n".join([f"{self.error}; it printed last:", *self._last_lines()])
        return self.error if self.outcome else self.log.strip() or self.error

    def _last_lines(self) -> list[str]:
        return self.log.strip().splitlines()[-_LAST:] or ["nothing"]


def step_traces(
    ir: PipelineIR, planned: Plan, tasks: Mapping[str, Happened]
) -> dict[str, StepTrace]:
    """Say what became of each step, those before it first, since they decide on what never ran.

    Args:
        ir: the checked IR.
        planned: its tasks.
        tasks: what became of them, by the way to each: `outer/inner`.
    """
    found: dict[str, StepTrace] = {}
    for step in ir.steps:
        parts = [nearest(place, tasks) for place in places_of(step, planned)]
        found[step.name] = ended(parts[-1]) or _unstarted(step, parts, found)
    return found


def places_of(step: StepNode, planned: Plan) -> list[Graph]:
    """Give the places of the tasks that a step depends on, its gate's first and its own last."""
    own = [job for job in planned.jobs if job.step.name == step.name and job.role != "gate"]
    wanted = {job.verdict.gate for job in own if job.verdict}
    gates = [job for job in planned.jobs if job.name in wanted]
    return [j.graph if j.graph in planned.loops else (*j.graph, j.name) for j in (*gates, *own)]


def ended(task: Happened) -> StepTrace | None:
    """Give what a step's own task left behind; None if none was started."""
    if task.state not in ("SUCCEEDED", "FAILED"):
        return None
    outcome = task.outcome
    if outcome is None:
        return StepTrace(state=task.state, attempts=int(task.started), error=task.why)
    # A container that ends well may still have failed the launcher, so the task's state counts.
    state = outcome.state if task.state == "SUCCEEDED" else task.state
    return StepTrace(
        state=state,
        attempts=outcome.attempts,
        error=outcome.error or task.why,
        recovered=outcome.recovered,
        items=outcome.items,
    )


_T = TypeVar("_T")


def nearest(place: Graph, tasks: Mapping[str, _T]) -> _T:
    """Give what became of a task, or of the graph around it if that was never started."""
    depths = range(len(place), 0, -1)
    return next(tasks[name] for n in depths if (name := "/".join(place[:n])) in tasks)


def _unstarted(
    step: StepNode, parts: Sequence[Happened], found: Mapping[str, StepTrace]
) -> StepTrace:
    """Say why a step's own container was never started."""
    states: dict[str, State] = {name: cast("State", each.state) for name, each in found.items()}
    if state := unstarted(step, states):
        return StepTrace(state=state)
    for part in parts:
        if part.state == "FAILED":
            return StepTrace(state="FAILED", attempts=1, error=part.why)
    skipped = any(part.state == "SKIPPED" for part in parts)
    return StepTrace(state="SKIPPED" if skipped else "NOT_RUN")
