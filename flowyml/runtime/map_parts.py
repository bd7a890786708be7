"""A map task in parts: split, worked on range by range, and collected, each where a target says.

Items and results travel as references. An item that failed is a failed item; anything else that
goes wrong with a range fails the step; a range of which nothing is heard has lost its worker, and
its items have failed (docs/semantics.md §3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from flowyml.diagnostics import FlowymlError
from flowyml.frozen import dataclass
from flowyml.runtime.call import StepCall, first_parameter
from flowyml.runtime.code import code_of, load_code
from flowyml.runtime.mapping import (
    MapItemError,
    MapPolicy,
    MapTaskResult,
    collection,
    judged,
    run_range,
)
from flowyml.runtime.outcome import Outcome
from flowyml.runtime.task import Task, ValueStore
from flowyml.runtime.tracebacks import user_traceback
from flowyml.storage import Reference

LOST = "the worker of this item ended without a result"


class RangeError(FlowymlError, RuntimeError):
    """A range of a map task could not be worked on, for another reason than its items."""


@dataclass(frozen=True, kw_only=True)
class MapRange:
    """Some items of a collection, from `start` up to `stop`, and where they are stored."""

    start: int
    stop: int
    items: Reference

    def to_dict(self) -> dict[str, Any]:
        """Give the range as plain JSON data."""
        return {"start": self.start, "stop": self.stop, "items": self.items.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MapRange:
        """Read what `to_dict` wrote."""
        fields: dict[str, Any] = {**data, "items": Reference.from_dict(data["items"])}
        return cls(**fields)


@dataclass(frozen=True, kw_only=True)
class MapPart:
    """What became of a range: a stored `MapTaskResult`, or what went wrong with the range."""

    start: int
    stop: int
    result: Reference | None = None
    error: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the part as plain JSON data."""
        said = {"result": self.result.to_dict()} if self.result else {"error": self.error}
        return {"start": self.start, "stop": self.stop, **said}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MapPart:
        """Read what `to_dict` wrote."""
        result = data.get("result")
        fields: dict[str, Any] = {**data, "result": Reference.from_dict(result) if result else None}
        return cls(**fields)


class Worked(NamedTuple):
    """What became of a range, and the first exception, if its worker is to show one."""

    part: MapPart
    error: Exception | None


def split_map(
    task: Task,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    most: int,
    function: Callable[..., Any] | None = None,
    decided: bool | None = None,
) -> list[MapRange] | None:
    """Store the items of a map task in ranges of nearly equal length.

    Takes what `run_attempt` takes, and:

    Args:
        most: how many ranges at most.

    Returns:
        The ranges, none for an empty collection; None if a condition says no.

    Raises:
        BindError: no collection with an order.
        Exception: whatever a condition or the collection raised.
    """
    with _opened(task, function, inputs, context, run_date, store, decided=decided) as call:
        if not call.wanted():
            return None
        items = call.items()
        ends = [len(items) * n // most for n in range(most + 1)]
        bounds = sorted({*ends} if len(items) > most else range(len(items) + 1))
        return [
            MapRange(start=start, stop=stop, items=store.save("items", list(items[start:stop])))
            for start, stop in pairwise(bounds)
        ]


def work_on(
    task: Task,
    worked: MapRange,
    *,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
) -> Worked:
    """Work on one range; whatever happens is in what it gives back.

    Takes what `run_attempt` takes.

    Args:
        worked: what to work on.
    """
    place: dict[str, Any] = {"start": worked.start, "stop": worked.stop}
    try:
        with _opened(task, function, inputs, context, run_date, store) as call:
            result, error = call.work(worked)
            return Worked(MapPart(**place, result=store.save("results", result)), error)
    except Exception as error:
        return Worked(MapPart(**place, error=user_traceback(error)), error)


def collect_map(
    task: Task,
    parts: Iterable[MapPart],
    *,
    total: int,
    store: ValueStore,
    function: Callable[..., Any] | None = None,
) -> Outcome:
    """Put together what became of the ranges, and store it as the step's output.

    Args:
        task: the map task.
        parts: what the workers of the ranges left, in any order.
        total: how many items there are.
        store: where values come from and go to.
        function: the step or its function, if it is at hand.

    Raises:
        MapTaskError: more items failed than `min_success_ratio` allows.
        RangeError: a range could not be worked on.
    """
    results: list[Any] = [None] * total
    errors = {n: MapItemError(index=n, error=LOST) for n in range(total)}
    for part in parts:
        if part.result is None:
            raise RangeError(f"{_what(task)}: items {part.start} to {part.stop - 1}: {part.error}")
        result: MapTaskResult = store.load(part.result)
        results[part.start : part.stop] = result.results
        for n in range(part.start, part.stop):
            del errors[n]
        errors |= {error.index: error for error in result.errors}
    found = MapTaskResult(results=results, errors=[errors[n] for n in sorted(errors)])
    never = datetime.fromtimestamp(0).astimezone()
    with _opened(task, function, {}, {}, never, store) as call:
        outputs, facts = call.collected(found), call.noted
        return Outcome(state="SUCCEEDED", outputs=outputs, items=facts.items, metrics=facts.metrics)


class _MapCall(StepCall):
    """A map task, loaded and ready for one of its parts."""

    def items(self) -> Sequence[Any]:
        """Give the collection."""
        args, kwargs = self._bound()
        items = args[0] if args else kwargs[first_parameter(self._code.function)]
        return collection(items, _what(self._task))

    def work(self, worked: MapRange) -> tuple[MapTaskResult, Exception | None]:
        """Work on a range: it takes the place of the collection, whatever that came from."""
        function, policy = self._code.function, self._policy()
        first = first_parameter(function)
        self._inputs = {**self._inputs, first: worked.items}
        self._task = _without(self._task, first)
        args, found = self._bound()
        kwargs = {k: value for k, value in found.items() if k not in self._task.condition_only}
        self._check(args, kwargs)
        items = args[0] if args else kwargs.pop(first)
        what = _what(self._task)
        return run_range(function, items, kwargs, policy, what=what, start=worked.start)

    def collected(self, result: MapTaskResult) -> dict[str, Reference]:
        """Store the result, if it is good enough."""
        return self._stored(judged(result, self._policy(), _what(self._task)))

    def _policy(self) -> MapPolicy:
        assert self._task.map is not None  # noqa: S101 - a map task alone has parts
        return self._task.map


def _without(task: Task, name: str) -> Task:
    """Take away all that is said of one parameter, so that its input is loaded as it is."""
    return dataclasses.replace(
        task,
        params={key: type_ for key, type_ in task.params.items() if key != name},
        limits={key: limits for key, limits in task.limits.items() if key != name},
        assets=tuple(each for each in task.assets if each != name),
        results=tuple(each for each in task.results if each != name),
    )


def _what(task: Task) -> str:
    return f"map task '{task.name}'"


@contextmanager
def _opened(
    task: Task,
    function: Callable[..., Any] | None,
    inputs: Mapping[str, Reference],
    context: Mapping[str, Any],
    run_date: datetime,
    store: ValueStore,
    *,
    decided: bool | None = None,
) -> Generator[_MapCall]:
    code, place = load_code(task) if function is None else (code_of(function), nullcontext())
    with place:
        yield _MapCall(
            task,
            code,
            inputs=inputs,
            context=context,
            run_date=run_date,
            store=store,
            decided=decided,
        )
