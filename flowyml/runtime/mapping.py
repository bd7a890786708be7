"""Run a function over the items of a collection (docs/semantics.md §3)."""

from __future__ import annotations

import contextvars
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from flowyml.diagnostics import FlowymlError
from flowyml.frozen import dataclass
from flowyml.runtime import BindError
from flowyml.runtime.progress import Listening, Progress


@dataclass(frozen=True, kw_only=True)
class MapPolicy:
    """How the items of a map task are worked on.

    Attributes:
        concurrency: how many at once.
        retries: attempts after the first, for each item.
        retry_delay: seconds between the attempts of an item.
        min_success_ratio: the step fails below it; from 0 to 1.
        fail_fast: whether the first failed item ends the step.
        timeout_per_item: seconds that one attempt of an item may take, or None.
    """

    concurrency: int = 4
    retries: int = 0
    retry_delay: float = 1.0
    min_success_ratio: float = 1.0
    fail_fast: bool = False
    timeout_per_item: float | None = None


@dataclass(frozen=True, kw_only=True)
class MapItemError:
    """The failure of one item: its index, and the exception as text."""

    index: int
    error: str


@dataclass(frozen=True, kw_only=True)
class MapTaskResult:
    """What became of all items, in their order.

    Attributes:
        results: one value an item, None where it failed.
        errors: the failed items, in order.
    """

    results: list[Any]
    errors: list[MapItemError] = dataclasses.field(default_factory=list[MapItemError])

    @property
    def total(self) -> int:
        """How many items there were."""
        return len(self.results)

    @property
    def failures(self) -> int:
        """How many items failed."""
        return len(self.errors)

    @property
    def successes(self) -> int:
        """How many items succeeded."""
        return self.total - self.failures

    @property
    def success_ratio(self) -> float:
        """The share of items that succeeded; 1 if there were none."""
        return self.successes / self.total if self.total else 1.0

    @property
    def successful_results(self) -> list[Any]:
        """The values of the items that succeeded, in order."""
        failed = {error.index for error in self.errors}
        return [value for index, value in enumerate(self.results) if index not in failed]


class MapTaskError(FlowymlError, RuntimeError):
    """Too many items of a map task failed; `result` tells which.

    `items` is how many succeeded, of how many; None where the first failure ended the work, since
    then it is a matter of time how many were tried.
    """

    def __init__(
        self, message: str, result: MapTaskResult, items: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message, result, items)
        self.result = result
        self.items = items

    def __str__(self) -> str:
        return str(self.args[0])


def item_counts(end: object) -> tuple[int, int] | None:
    """Say how many items of a map task succeeded, and of how many: None without any such task.

    Args:
        end: what a step returned or raised.
    """
    if isinstance(end, MapTaskError):
        return end.items
    return (end.successes, end.total) if isinstance(end, MapTaskResult) else None


def run_map(
    function: Callable[..., Any],
    items: Any,
    kwargs: Mapping[str, Any],
    policy: MapPolicy,
    *,
    what: str,
) -> MapTaskResult:
    """Call a function for each item.

    Args:
        function: takes an item first.
        items: the collection.
        kwargs: what every call gets besides.
        policy: how.
        what: who is called, for messages: `map task 'score'`.

    Raises:
        BindError: no collection with an order.
        MapTaskError: more items failed than the policy allows.
    """
    run = _Run(function, collection(items, what), kwargs, policy, what)
    run.carry_out()
    return judged(run.result, policy, what, stopped=run.stopped)


def run_range(
    function: Callable[..., Any],
    items: Sequence[Any],
    kwargs: Mapping[str, Any],
    policy: MapPolicy,
    *,
    what: str,
    start: int,
) -> tuple[MapTaskResult, Exception | None]:
    """Call a function for some items of a collection, one after the other.

    Takes what `run_map` takes; `start` is the first one's place in the whole collection.

    Returns:
        What became of them, errors numbered by the whole, and the first exception if there is one.
    """
    alone = dataclasses.replace(policy, concurrency=1)
    run = _Run(function, items, kwargs, alone, what, start)
    run.carry_out()
    return run.result, run.first


def judged(
    result: MapTaskResult, policy: MapPolicy, what: str, *, stopped: bool = False
) -> MapTaskResult:
    """Give a result that is good enough.

    Args:
        result: what became of all items.
        policy: what is good enough.
        what: who is called, for messages: `map task 'score'`.
        stopped: whether a failure ended the work.

    Raises:
        MapTaskError: more items failed than the policy allows.
    """
    if stopped or result.success_ratio < policy.min_success_ratio:
        items = None if stopped else (result.successes, result.total)
        raise MapTaskError(_too_many(result, policy, what, stopped=stopped), result, items)
    return result


def collection(items: Any, what: str) -> Sequence[Any]:
    """Give the items of a collection, in order.

    Raises:
        BindError: it is none, or has no order.
    """
    if isinstance(items, MapTaskResult):
        return items.results
    kind: type[object] = cast("Any", type(items))
    if issubclass(kind, set | frozenset):
        raise BindError(f"{what} was given a {kind.__name__}, which has no order; sort it")
    if issubclass(kind, str | bytes | Mapping) or hasattr(items, "columns"):
        raise BindError(f"{what} was given a {kind.__name__}; give it a list of items")
    try:
        return list(items)
    except TypeError:
        raise BindError(f"{what} was given one {kind.__name__}; give it a list of items") from None


class _Run:
    """The work on one collection: threads take the next item until there is none."""

    def __init__(
        self,
        function: Callable[..., Any],
        items: Sequence[Any],
        kwargs: Mapping[str, Any],
        policy: MapPolicy,
        what: str,
        start: int = 0,
    ) -> None:
        self._function = function
        self._items = items
        self._kwargs = kwargs
        self._policy = policy
        self._what = what
        self._start = start
        self._next = self._indexes()
        self._lock = threading.Lock()
        self._progress = Progress(len(items))
        self.results: list[Any] = [None] * len(items)
        self.errors: dict[int, MapItemError] = {}
        self.first: Exception | None = None
        self.stopped = False

    @property
    def result(self) -> MapTaskResult:
        return MapTaskResult(
            results=self.results, errors=[self.errors[n] for n in sorted(self.errors)]
        )

    def carry_out(self) -> None:
        threads = min(self._policy.concurrency, len(self._items))
        if threads <= 1:
            self._work()
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:
            jobs = [pool.submit(contextvars.copy_context().run, self._work) for _ in range(threads)]
        for job in jobs:
            job.result()

    def _indexes(self) -> Iterator[int]:
        for index in range(len(self._items)):
            if self.stopped:
                return
            yield index

    def _work(self) -> None:
        with Listening(None):  # a map task within an item is none of the step's own
            while (index := self._take()) is not None:
                self._try(index)
                with self._lock:
                    self._progress.advance()

    def _take(self) -> int | None:
        with self._lock:
            return next(self._next, None)

    def _try(self, index: int) -> None:
        try:
            self.results[index] = self._item(index)
        except Exception as error:
            self.first = self.first or error
            place = self._start + index
            self.errors[place] = MapItemError(index=place, error=f"{type(error).__name__}: {error}")
            self.stopped = self.stopped or self._policy.fail_fast

    def _item(self, index: int) -> Any:
        attempt = 0
        while True:
            try:
                return self._call(index)
            except Exception:
                if attempt == self._policy.retries:
                    raise
            attempt += 1
            time.sleep(self._policy.retry_delay)

    def _call(self, index: int) -> Any:
        from flowyml.runtime.call import finish, staying

        if self._policy.timeout_per_item is None:
            with staying():
                return finish(self._function(self._items[index], **self._kwargs))
        from flowyml.runtime.supervise import call_in_child

        return call_in_child(
            self._function,
            (self._items[index],),
            self._kwargs,
            seconds=self._policy.timeout_per_item,
            what=f"item {self._start + index} of {self._what}",
        )


def _too_many(result: MapTaskResult, policy: MapPolicy, what: str, *, stopped: bool) -> str:
    first = result.errors[0]
    rule = (
        "fail_fast=True ends it at the first failure"
        if stopped
        else f"{result.success_ratio:.3g} succeeded, below min_success_ratio="
        f"{policy.min_success_ratio:g}"
    )
    return (
        f"{what}: {result.failures} of {result.total} items failed ({rule}); "
        f"the first is item {first.index}: {first.error}"
    )
