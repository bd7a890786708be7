"""Run one step, here: the one place that carries out what a step means (docs/semantics.md §3)."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from flowyml import runtime
from flowyml.runtime.call import StepCall
from flowyml.runtime.code import ALLOW_DRIFT, code_of, load_code
from flowyml.runtime.outcome import Outcome
from flowyml.runtime.task import RetryPolicy, Task, ValueStore

if TYPE_CHECKING:
    from flowyml.runtime.away import Ask
    from flowyml.runtime.caching import Cache
    from flowyml.runtime.verdicts import Verdicts
    from flowyml.storage import Reference


def run_attempt(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
    verdicts: Verdicts | None = None,
    decided: bool | None = None,
    cache: Cache | None = None,
    last: bool = True,
) -> Outcome:
    """Try a step once: for a target that repeats attempts by its own means.

    Args:
        task: what to run.
        inputs: for each parameter that reads an asset, where its value is; a parameter that is
            missing keeps its function's default.
        context: the run's context values by key; a key that is missing leaves the parameter to the
            function's own default.
        run_date: the aware UTC date that the run is for.
        store: where values come from and go to.
        function: the step or its function, if it is at hand. Else it is imported by its entrypoint,
            its source compared with the compiled digest, and called in its project's folder.
        verdicts: what the run's shared predicates said so far.
        decided: what `run_conditions` said elsewhere, if it was asked.
        cache: where results are found and kept; None runs the step in any case.
        last: whether the target would not try again, so that the fallback's time has come.

    Returns:
        SUCCEEDED or CACHED with its outputs, or SKIPPED.

    Raises:
        BindError: the step cannot be called with what it was given.
        OutputError: it returned something else than it declares.
        DriftError: the worker's source is not what was compiled.
        FinalFailure: another attempt would be pointless; its cause is what the user's code raised.
        Exception: whatever the user's code raised.
    """
    with _opened(
        task,
        function,
        cache,
        inputs=inputs,
        context=context,
        run_date=run_date,
        store=store,
        verdicts=verdicts,
        decided=decided,
    ) as call:
        if (outcome := _settled(call, last=last)) is not None:
            return outcome
        try:
            return _attempted(call)
        except Exception as error:
            if not last and call.worth_another(error):
                raise
            return _ended(call, error, last=last)


def _settled(call: StepCall, *, last: bool) -> Outcome | None:
    """Decide; a condition that raised is not asked again."""
    try:
        return _untried(call)
    except Exception as error:
        if last:
            raise
        raise _final(error) from error


def _ended(call: StepCall, error: Exception, *, last: bool) -> Outcome:
    """Recover; what leaves is final, whether the step raised it or its fallback."""
    try:
        return _recovered(call, error)
    except Exception as left:
        if last:
            raise
        raise _final(left) from left


def _final(error: Exception) -> runtime.FinalFailure:
    return runtime.FinalFailure(f"{type(error).__name__}: {error}")


def run_task(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
    verdicts: Verdicts | None = None,
    decided: bool | None = None,
    cache: Cache | None = None,
    ask: Ask | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Outcome:
    """Try a step as often as its retry policy allows; a failing step is an outcome, not an error.

    Takes what `run_attempt` takes, and:

    Args:
        ask: who carries out its conditions, attempts and fallback; None: it is done here.
        sleep: waits between attempts, in seconds.
    """
    started = time.perf_counter()
    made = [0]
    try:
        with _opened(
            task,
            function,
            cache,
            ask,
            inputs=inputs,
            context=context,
            run_date=run_date,
            store=store,
            verdicts=verdicts,
            decided=decided,
        ) as call:
            outcome = _tried(task, call, sleep, made)
    except Exception as error:
        outcome = _failed(error, attempts=max(made[0], 1))  # deciding is a part of the first
    return outcome.lasting(time.perf_counter() - started)


def _failed(error: Exception, *, attempts: int) -> Outcome:
    from flowyml.runtime.mapping import item_counts
    from flowyml.runtime.tracebacks import user_traceback

    return Outcome(
        state="FAILED",
        attempts=attempts,
        error=user_traceback(error),
        exception=error,
        items=item_counts(error),
        nested=error.steps if isinstance(error, runtime.NestedError) else {},
    )


def run_conditions(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
) -> Outcome:
    """Evaluate a step's conditions and no more: for a target that leaves steps out by itself.

    Takes what `run_task` takes.

    Returns:
        SUCCEEDED if the step is to run, SKIPPED if not, FAILED if a predicate raised.
    """
    started = time.perf_counter()
    try:
        with _opened(
            task, function, inputs=inputs, context=context, run_date=run_date, store=store
        ) as call:
            outcome = Outcome(state="SUCCEEDED" if call.wanted() else "SKIPPED", attempts=0)
    except Exception as error:
        from flowyml.runtime.tracebacks import user_traceback

        outcome = Outcome(state="FAILED", error=user_traceback(error), exception=error)
    return outcome.lasting(time.perf_counter() - started)


def _untried(call: StepCall) -> Outcome | None:
    """Give the outcome of a step that need not be tried."""
    if not call.wanted():
        return Outcome(state="SKIPPED", attempts=0)
    found = call.cached()
    if found is None:
        return None
    return Outcome(state="CACHED", outputs=found, attempts=0, metrics=call.noted.metrics)


def _tried(
    task: Task, call: StepCall, sleep: Callable[[float], object], made: list[int]
) -> Outcome:
    """Decide, try and recover; `made` counts the attempts, for the case that all fail."""
    if (outcome := _untried(call)) is not None:
        return outcome
    policy = task.retry or RetryPolicy(attempts=1)
    while True:
        made[0] += 1
        try:
            return _attempted(call, attempts=made[0])
        except Exception as error:
            if made[0] == policy.attempts or not call.worth_another(error):
                return _recovered(call, error, made[0])
        sleep(policy.wait(made[0]))


def _attempted(call: StepCall, **facts: Any) -> Outcome:
    outputs = call.attempt()
    call.keep(outputs)
    return _succeeded(call, outputs, **facts)


def _recovered(call: StepCall, error: Exception, attempts: int = 1) -> Outcome:
    from flowyml.runtime.mapping import item_counts

    outcome = _succeeded(call, call.recover(error), attempts=attempts, recovered=True)
    return dataclasses.replace(outcome, items=item_counts(error))


def _succeeded(call: StepCall, outputs: Mapping[str, Reference], **facts: Any) -> Outcome:
    return Outcome(
        state="SUCCEEDED",
        outputs=outputs,
        items=call.noted.items,
        metrics=call.noted.metrics,
        nested=call.nested,
        **facts,
    )


def _opened(
    task: Task,
    function: Callable[..., Any] | None,
    cache: Cache | None = None,
    ask: Ask | None = None,
    **bound: Any,
) -> AbstractContextManager[StepCall]:
    """Load a step's code and work where it belongs; `bound` is what `StepCall` takes."""
    kind = StepCall if ask is None else _away(ask)
    if function is not None:
        return nullcontext(kind(task, code_of(function), cache=cache, **bound))
    code, place = load_code(task)
    if os.environ.get(ALLOW_DRIFT):
        cache = None  # the digest may be of other source
    return _within(place, kind(task, code, cache=cache, **bound))


def _away(ask: Ask) -> Callable[..., StepCall]:
    from flowyml.runtime.away import AwayCall

    return partial(AwayCall, ask=ask)


@contextmanager
def _within(place: AbstractContextManager[object], call: StepCall) -> Generator[StepCall]:
    with place:
        yield call
