"""From a node of the IR to the task description that its worker gets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import JsonValue

from flowyml.frontend.digest_kept import SHORT
from flowyml.ir import (
    FromAsset,
    FromContext,
    FromInput,
    FromRunDate,
    Function,
    Parameter,
    PipelineIR,
    Predicate,
    Retry,
    StepNode,
    kept,
)
from flowyml.runtime.mapping import MapPolicy
from flowyml.runtime.task import CACHE_ALWAYS, CACHE_NEVER, Guard, RetryPolicy, Task


def context_types(ir: PipelineIR) -> dict[str, str]:
    """Give the JSON type of every context parameter; a `?` behind it: None is a value too."""
    return {p.key: f"{p.type}?" if p.nullable else p.type for p in ir.parameters}


@kept
def tasks(ir: PipelineIR) -> Mapping[str, Task]:
    """Describe every step of a checked IR, by its name."""
    types = context_types(ir)
    return {step.name: describe(step, types) for step in ir.steps}


def context_limits(ir: PipelineIR) -> dict[str, Mapping[str, JsonValue]]:
    """Give what the values of context parameters have to keep besides their type."""
    return {p.key: p.limits for p in ir.parameters if p.limits}


def describe(
    step: StepNode,
    types: Mapping[str, str],
    limits: Mapping[str, Mapping[str, JsonValue]] = MappingProxyType({}),
) -> Task:
    """Describe a checked step for a worker.

    Args:
        step: a node of a checked IR.
        types: what `context_types` gives for that IR.
        limits: what `context_limits` gives for it, where nothing else checks a run's values.
    """
    bound = [(p.name, p.binding, p.position) for p in step.reads]
    return Task(
        name=step.name,
        step=step.function.entrypoint,
        digest=step.function.digest[:SHORT],
        outputs=tuple(output.name for output in step.outputs),
        params={p.name: types[p.key] for p in step.reads if isinstance(p.binding, FromContext)},
        limits={p.name: limits[p.key] for p in step.reads if p.key in limits and _is_value(p)},
        aliases={p.name: p.key for p in step.reads if p.key != p.name},
        assets=tuple(
            n for n, b, _ in bound if isinstance(b, FromAsset | FromInput) and b.view == "asset"
        ),
        run_date=tuple(n for n, b, _ in bound if isinstance(b, FromRunDate)),
        positional=tuple(n for n, _, position in bound if position != "keyword"),
        results=tuple(n for n, b, _ in bound if isinstance(b, FromAsset) and b.view == "results"),
        map=MapPolicy(**step.map.model_dump()) if step.map else None,
        when=tuple(_guard(predicate) for predicate in step.when),
        condition_only=tuple(p.name for p in step.condition_parameters),
        fallback=step.fallback.digest[:SHORT] if step.fallback else "",
        timeout=step.timeout,
        retry=_policy(step.retry) if step.retry else None,
        cache=_cache(step.cache),
    )


def _is_value(parameter: Parameter) -> bool:
    return isinstance(parameter.binding, FromContext)


def _cache(cache: bool | Function | None) -> str:  # noqa: FBT001 - a field of the IR
    if isinstance(cache, Function):
        return cache.digest[:SHORT]
    return "" if cache is None else CACHE_ALWAYS if cache else CACHE_NEVER


def _guard(predicate: Predicate) -> Guard:
    return Guard(
        digest=predicate.function.digest[:SHORT],
        negate=predicate.negate,
        shared=predicate.shared or "",
    )


def _policy(retry: Retry) -> RetryPolicy:
    return RetryPolicy(
        attempts=retry.attempts,
        delay=retry.delay,
        backoff=retry.backoff,
        max_delay=retry.max_delay,
    )
