"""`map_task` and `parallel_map`: the same work for many items."""

from __future__ import annotations

import contextvars
import dataclasses
import functools
import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from flowyml.api import refuse_unknown
from flowyml.api.resilience import seconds
from flowyml.api.step import Step
from flowyml.diagnostics import near
from flowyml.runtime.mapping import MapPolicy, MapTaskResult, run_map

if TYPE_CHECKING:
    from typing_extensions import Never

T = TypeVar("T")
R = TypeVar("R")


class MapTask(Step[..., MapTaskResult]):
    """A step that calls its function for each item of its first parameter's collection.

    Called directly, it does the same in place.

    Attributes:
        mapping: how the items are worked on.
    """

    mapping: MapPolicy

    def __call__(self, items: Iterable[Any], /, **kwargs: Any) -> MapTaskResult:
        """Work on the items here and now.

        Raises:
            MapTaskError: more items failed than `min_success_ratio` allows.
            BindError: `items` is no collection with an order.
        """
        what = f"map task '{self.name}'"
        return run_map(self.function, items, kwargs, self.mapping, what=what)

    def __repr__(self) -> str:
        return f"<map task '{self.name}'>"


def map_task(
    function: Callable[..., Any] | None = None,
    /,
    *,
    concurrency: int = 4,
    retries: int = 0,
    retry_delay: float = 1.0,
    min_success_ratio: float = 1.0,
    fail_fast: bool = False,
    timeout_per_item: float | None = None,
    name: str | None = None,
    cache: bool | Callable[..., object] | None = None,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    image: str | None = None,
    resources: Mapping[str, Any] | None = None,
    **unknown: Never,
) -> Any:
    """Make a step that works on the items of a collection, several at once.

    The first parameter is the item; as a step, the asset or value bound to it is the collection.
    The other parameters are the same for every item. The asset is a `MapTaskResult`; a consumer
    annotated `list[…]` gets its `results`.

    Args:
        function: takes an item first.
        concurrency: how many items at once.
        retries: attempts after the first, for each item.
        retry_delay: seconds between the attempts of an item.
        min_success_ratio: below this share of successes the step fails; from 0 to 1.
        fail_fast: let the first failed item end the step.
        timeout_per_item: seconds that one attempt of an item may take; it then has a process of
            its own.
        name: as for `step`.
        cache: as for `step`.
        inputs: as for `step`.
        outputs: as for `step`; one at most.
        image: as for `step`.
        resources: as for `step`.

    Raises:
        TypeError: an argument of the wrong type, or an unknown keyword.
        ValueError: a number out of its range, or several outputs.

    Example:
        >>> @map_task(concurrency=2)
        ... def double(x):
        ...     return x * 2
        >>> double([1, 2, 3]).results
        [2, 4, 6]
    """
    refuse_unknown(map_task, unknown)
    policy = MapPolicy(
        concurrency=_at_least("concurrency", concurrency, 1),
        retries=_at_least("retries", retries, 0),
        retry_delay=seconds("retry_delay", retry_delay),
        min_success_ratio=_ratio(min_success_ratio),
        fail_fast=fail_fast,
        timeout_per_item=None if timeout_per_item is None else _limit(timeout_per_item),
    )
    where: dict[str, Any] = {"image": image, "resources": resources}
    if outputs is not None and len(outputs) > 1:
        raise ValueError(f"a map task has one output, its MapTaskResult; got {list(outputs)}")

    def decorate(target: Callable[..., Any]) -> MapTask:
        task = MapTask(target, name=name, cache=cache, inputs=inputs, outputs=outputs, **where)
        _refuse_itemless(target)
        task.mapping = policy
        return task

    return decorate if function is None else decorate(function)


def parallel_map(
    function: Callable[[T], R],
    items: Iterable[T],
    num_workers: int | None = None,
    backend: Literal["thread", "process"] = "thread",
) -> list[R]:
    """Call a function for each item, several at once, inside a step or anywhere.

    Args:
        function: takes one item; with processes it may be a closure or lambda too.
        items: the items.
        num_workers: how many at once; by default what suits the machine.
        backend: `thread`, or `process` for work that keeps the interpreter busy.

    Returns:
        The results in the items' order.

    Raises:
        ValueError: an unknown backend, or fewer than one worker.
        Exception: what the function raised, for the first item in order that failed.

    Example:
        >>> parallel_map(len, ["a", "bb", "ccc"], num_workers=2)
        [1, 2, 3]
    """
    if backend not in _POOLS:
        raise ValueError(f"unknown backend '{backend}'; {near(backend, _POOLS)}")
    work = list(items)
    if num_workers is not None:
        _at_least("num_workers", num_workers, 1)
    if not work:
        return []
    with _POOLS[backend](num_workers, len(work)) as pool:
        jobs = [pool.submit(_call(backend, function), item) for item in work]
        try:
            return [_given(job.result()) for job in jobs]
        except BaseException:
            for job in jobs:
                job.cancel()
            raise


def _call(backend: str, function: Callable[..., Any]) -> Callable[[Any], Any]:
    """Keep prints attributed to the step: a thread starts with a context of its own."""
    around = contextvars.copy_context().run if backend == "thread" else _packing
    return functools.partial(around, function)


@dataclasses.dataclass(frozen=True)
class _Packed:
    """What a function raised in another process, in a form that always comes through."""

    error: bytes


def _packing(function: Callable[..., Any], item: Any) -> Any:
    try:
        return function(item)
    except Exception as error:
        from flowyml.runtime.exceptions import packed

        return _Packed(packed(error))


def _given(result: Any) -> Any:
    if not isinstance(result, _Packed):
        return result
    from flowyml.runtime.exceptions import unpacked

    raise unpacked(result.error, "an item of parallel_map()")


def _threads(workers: int | None, most: int) -> Executor:
    return ThreadPoolExecutor(min(workers or min(32, (os.cpu_count() or 1) + 4), most))


def _processes(workers: int | None, most: int) -> Executor:
    from flowyml.diagnostics.missing import Needs
    from flowyml.runtime.child import prepare

    with Needs("loky"):
        loky: Any = import_module("loky")
    most = min(workers or os.cpu_count() or 1, most)
    pool: Executor = loky.ProcessPoolExecutor(most, initializer=prepare)
    return pool


_POOLS: dict[str, Callable[[int | None, int], Executor]] = {
    "thread": _threads,
    "process": _processes,
}


def _refuse_itemless(function: Callable[..., Any]) -> None:
    """Refuse a function that nothing can be handed to by position: an item comes so."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    first = next(iter(inspect.signature(function).parameters.values()), None)
    if first is None or first.kind not in kinds:
        found = "has none" if first is None else f"begins with '{first}'"
        name = getattr(function, "__name__", function)
        raise TypeError(f"the first parameter of a map task takes the item, and {name}() {found}")


def _at_least(name: str, value: int, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name}= takes a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name}={value}: it must be at least {least}")
    return value


def _ratio(value: float) -> float:
    if seconds("min_success_ratio", value) > 1:
        raise ValueError(f"min_success_ratio={value}: it is a share, from 0 to 1")
    return float(value)


def _limit(value: float) -> float:
    if not seconds("timeout_per_item", value):
        raise ValueError("timeout_per_item=0 leaves no time to run; leave it out for no limit")
    return float(value)
