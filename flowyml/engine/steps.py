"""Run one step of a run: what it reads, what it prints, what became of it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from flowyml.engine.bindings import shown_bindings
from flowyml.engine.executors import NotStarted, Place, asking
from flowyml.ir import FromAsset, FromInput, PipelineIR, StepNode
from flowyml.runtime import (
    Cache,
    Outcome,
    Task,
    ValueStore,
    Verdicts,
    run_attempt,
    run_task,
    tasks,
    user_traceback,
)
from flowyml.runtime.output import Printer
from flowyml.runtime.progress import Listening
from flowyml.storage import Reference
from flowyml.storage.records import RunHead, State, StepRecord

if TYPE_CHECKING:
    from flowyml.engine.progress import SharedReporter


class StepRunner:
    """Runs the steps of one run.

    Args:
        ir: the pipeline.
        run: the run's context, inputs and date.
        done: what became of the steps so far, filled by the engine.
        store: where values come from and go to.
        functions: the functions by step name; one that is missing is imported by its entrypoint.
        reporter: who is told.
        metrics: whether the figures among the outputs are recorded.
        place: where user code is called; None is the calling thread.
        again: the steps in whose place no result may stand that is in the cache.
        cache: where results are found and kept; None runs every step.
    """

    def __init__(
        self,
        ir: PipelineIR,
        run: RunHead,
        done: Mapping[str, StepRecord],
        *,
        store: ValueStore,
        functions: Mapping[str, Callable[..., Any]],
        reporter: SharedReporter,
        metrics: bool = True,
        place: Place | None = None,
        again: Collection[str] = (),
        cache: Cache | None = None,
    ) -> None:
        self._run = run
        self._done = done
        self._store = store
        self._functions = functions
        self._reporter = reporter
        self._metrics = metrics
        self._place = place
        self._again = again
        self._cache = cache
        self._tasks = tasks(ir)
        self._verdicts = Verdicts()

    def run(self, step: StepNode) -> StepRecord:
        """Run a step under its retry policy; its prints are attributed to it."""
        told = partial(self._items_finished, step.name)
        with Printer(partial(self._printed, step.name)), Listening(told):
            ask = asking(self._place, step)
            record = self._record(step, partial(run_task, ask=ask))
        return record if self._metrics else unmeasured(record)

    def run_once(self, step: StepNode) -> StepRecord:
        """Run a step once and leave alone what it prints: for debugging."""
        record = self._record(step, _once)
        return record if self._metrics else unmeasured(record)

    def _cache_for(self, step: StepNode) -> Cache | None:
        if self._cache and step.name in self._again:
            return self._cache.unread()
        return self._cache

    def _record(self, step: StepNode, runner: Callable[..., Outcome]) -> StepRecord:
        with self._reporter as reporter:
            reporter.step_started(step.name)
        started_at, began = datetime.now(timezone.utc), time.perf_counter()
        inputs: dict[str, Reference] = {}
        try:
            inputs = self._inputs(step)
            outcome = runner(
                self._tasks[step.name],
                inputs=inputs,
                context=self._run.context,
                run_date=self._run.run_date,
                store=self._store,
                function=self._functions.get(step.name),
                verdicts=self._verdicts,
                cache=self._cache_for(step),
            )
        except NotStarted:
            return StepRecord(name=step.name, state="NOT_RUN")
        except BaseException as error:  # sys.exit() in a step ends that step, not the run
            outcome = Outcome(state="FAILED", error=user_traceback(error), exception=error)
        return StepRecord(
            name=step.name,
            state=cast("State", outcome.state),
            attempts=outcome.attempts,
            outputs=outcome.outputs,
            error=outcome.error,
            exception=outcome.exception,
            recovered=outcome.recovered,
            items=outcome.items,
            metrics=outcome.metrics,
            nested=outcome.nested,
            bindings=self._bindings(step, inputs) if outcome.state == "FAILED" else {},
            digest=step.function.digest,
            started_at=started_at,
            duration_seconds=time.perf_counter() - began,
        )

    def _bindings(self, step: StepNode, inputs: Mapping[str, Reference]) -> dict[str, str]:
        return shown_bindings(step, inputs, self._run, self._store)

    def _inputs(self, step: StepNode) -> dict[str, Reference]:
        found: dict[str, Reference] = {}
        for parameter in step.reads:
            binding = parameter.binding
            if isinstance(binding, FromAsset):
                reference = produced(binding, self._done)
                if reference is not None:
                    found[parameter.name] = reference
            elif isinstance(binding, FromInput):
                found[parameter.name] = self._run.inputs[binding.key]
        return found

    def _items_finished(self, step: str, done: int, total: int) -> None:
        with self._reporter as reporter:
            reporter.items_finished(step, done, total)

    def _printed(self, step: str, line: str, stream: Any) -> None:
        self._reporter.line_printed(step, line, stream)


def produced(binding: FromAsset, done: Mapping[str, StepRecord]) -> Reference | None:
    """Find an asset, with whichever producer ran; None if none did."""
    for name in (binding.step, binding.otherwise):
        if name is not None and name in done and (outputs := done[name].outputs):
            return outputs.get(binding.output)
    return None


def unmeasured(record: StepRecord) -> StepRecord:
    """Give the record without figures: neither its own nor those of the steps within it."""
    return dataclasses.replace(record, metrics={}, nested=_without_metrics(record.nested))


def _without_metrics(nested: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {**told, "metrics": {}, "nested": _without_metrics(told["nested"])}
        for name, told in nested.items()
    }


def _once(task: Task, **keywords: Any) -> Outcome:
    """Try once, without time limits and in this thread, so that a debugger can look in."""
    policy = task.map and dataclasses.replace(
        task.map, concurrency=1, retries=0, timeout_per_item=None
    )
    return run_attempt(dataclasses.replace(task, timeout=None, map=policy), **keywords)
