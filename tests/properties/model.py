"""What a generated pipeline does: docs/semantics.md read aloud, one step after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from flowyml import MapTaskResult
from flowyml.runtime.mapping import MapItemError
from tests.properties.generated import Generated, Made, Read, number


class Broken(Exception):
    """An attempt failed; it says of a map task how many items succeeded, of how many."""


class Ended(NamedTuple):
    state: str
    attempts: int = 0
    recovered: bool = False
    items: tuple[int, int] | None = None
    values: Mapping[str, Any] = {}


def predict(pipeline: Generated, not_run: Collection[str] = ()) -> dict[str, Ended]:
    """Say what becomes of every step, where a stop kept those of `not_run` from starting."""
    model = Model(pipeline)
    for step in model.sorted():
        model.ended[step.name] = model.end(step, stopped=step.name in not_run)
    return model.ended


class Model:
    """One run of a pipeline."""

    def __init__(self, pipeline: Generated) -> None:
        self.steps = {step.name: step for step in pipeline.steps}
        self.context = {**dict(pipeline.values), **dict(pipeline.overrides)}
        self.ended: dict[str, Ended] = {}
        self.makers: dict[str, list[str]] = {}  # two, where they are complementary (§1.2)
        for step in pipeline.steps:
            for asset in step.assets:
                self.makers.setdefault(asset, []).append(step.name)
        names = {name: {r.name for r in self.reads(step)} for name, step in self.steps.items()}
        self.assets = {name: read & self.makers.keys() for name, read in names.items()}
        self.needs = {name: set(step.after) for name, step in self.steps.items()}
        for name, assets in self.assets.items():
            self.needs[name].update(maker for asset in assets for maker in self.makers[asset])
        self.guard([pipeline.steps[position] for position in pipeline.order])

    def reads(self, step: Made) -> list[Read]:
        """§3: what a condition reads and its step does not is bound as the step's own is."""
        own = {read.parameter for read in step.reads}
        asked = [read for predicate, _ in step.conditions for read in predicate.reads]
        return [*step.reads, *(read for read in asked if read.parameter not in own)]

    def guard(self, added: list[Made]) -> None:
        """§1.6: later readers of what a gate reads wait for it, but never what it needs itself."""
        for place, gate in enumerate(added):
            silent = gate.returns == "nothing" and not gate.outputs and not gate.items
            for later in added[place + 1 :] if (silent if gate.gate is None else gate.gate) else []:
                shared = self.assets[gate.name] & self.assets[later.name]
                if shared and not self.leads(later.name, gate.name):
                    self.needs[later.name].add(gate.name)

    def leads(self, first: str, last: str) -> bool:
        return first in self.needs[last] or any(self.leads(first, n) for n in self.needs[last])

    def sorted(self) -> list[Made]:
        done: list[str] = []
        while len(done) < len(self.steps):
            done += [n for n in self.steps if n not in done and self.needs[n] <= {*done}]
        return [self.steps[name] for name in done]

    def end(self, step: Made, *, stopped: bool) -> Ended:
        """§3: a failed need outranks a skipped one; a skipped gate or `after` is no hindrance."""
        states = {self.ended[need].state for need in self.needs[step.name]}
        reads = self.reads(step)
        if states & {"FAILED", "UPSTREAM_FAILED"}:
            return Ended("UPSTREAM_FAILED")
        if any(self.skipped(read) and read.default is None for read in reads):
            return Ended("SKIPPED")
        if stopped or "NOT_RUN" in states:
            return Ended("NOT_RUN")
        own = {read.parameter: self.bound(read) for read in step.reads}
        for predicate, negate in step.conditions:
            asked = [own.get(r.parameter, self.bound(r)) for r in predicate.reads]
            if predicate.raises or predicate.holds(asked) == negate:
                return Ended("FAILED", 1) if predicate.raises else Ended("SKIPPED")
        return _run(step, list(own.values()))

    def skipped(self, read: Read) -> bool:
        """Tell whether an asset is missing: every producer of it was skipped."""
        makers = self.makers.get(read.name, [])
        return bool(makers) and all(self.ended[name].state == "SKIPPED" for name in makers)

    def bound(self, read: Read) -> Any:
        """§1.3: the asset, else the context value, else the default."""
        for maker in self.makers.get(read.name, []):
            if read.name in (made := self.ended[maker].values):
                value = made[read.name]
                listed = isinstance(value, MapTaskResult) and read.annotation == "list"
                return value.results if listed else value
        return self.context.get(read.name, read.default)


def _run(step: Made, values: list[Any]) -> Ended:
    """Try, try again unless the failure is final, and fall back (§3)."""
    for attempt in range(1, max(1, step.attempts) + 1):
        try:
            made, items = _map(step, *values) if step.items else _call(step, attempt, values)
            return Ended("SUCCEEDED", attempt, values=made, items=items)
        except Broken as error:
            items = error.args[0]
            if step.final or attempt >= step.attempts:
                break
    if step.fallback == "value":
        made = _returned(step, number((1000 + step.number, *values[:1])))
        return Ended("SUCCEEDED", attempt, recovered=True, values=made, items=items)
    return Ended("FAILED", attempt, items=None if step.fallback == "raises" else items)


def _call(step: Made, attempt: int, values: list[Any]) -> tuple[dict[str, Any], None]:
    if attempt <= step.failing or step.returns == "too many":
        raise Broken(None)
    made = _returned(step, number((step.number, *values)))
    return dict.fromkeys(made) if step.returns == "nothing" else made, None


def _returned(step: Made, value: int) -> dict[str, Any]:
    """§1.5: several outputs are the parts of what is returned, one is the whole."""
    if len(step.assets) > 1:
        return {name: value + n for n, name in enumerate(step.outputs)}
    many = [value + n for n in range(step.length)]
    return {step.assets[0]: many if step.returns == "list" or step.items else value}


def _map(step: Made, items: Any, *others: Any) -> tuple[dict[str, Any], tuple[int, int]]:
    """§3, map tasks: failed items are None and listed; too few successes fail the step."""
    policy, given = step.items, items.results if isinstance(items, MapTaskResult) else items
    if policy is None or not isinstance(given, list):
        raise Broken(None)
    bad = [n for n, item in enumerate(given) if policy.fails(item)]
    counts = len(given) - len(bad), len(given)
    if bad and (policy.fail_fast or counts[0] < policy.ratio * counts[1]):
        raise Broken(None if policy.fail_fast else counts)
    done = [None if n in bad else number((step.number, i, *others)) for n, i in enumerate(given)]
    errors = [MapItemError(index=n, error="RuntimeError: ") for n in bad]
    return {step.assets[0]: MapTaskResult(results=done, errors=errors)}, counts
