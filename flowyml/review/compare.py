"""Compare what two runs of one pipeline did (docs/semantics.md §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Literal, TypeAlias, cast

from flowyml.backend import StepTrace, Trace
from flowyml.frozen import dataclass
from flowyml.ir import PipelineIR
from flowyml.review.pinpoint import kind, pinpoint
from flowyml.review.stopping import stops, undetermined
from flowyml.review.targets import Target
from flowyml.storage import Reference

Kind: TypeAlias = Literal["run", "state", "attempts", "recovered", "items", "asset"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that two runs did differently.

    Attributes:
        kind: what differs.
        name: the step or the asset; empty for the run itself.
        expected: what the reference did, for a person.
        found: what the other run did.
    """

    kind: Kind
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Give one line: `asset 'model': expected 1, found 2`."""
        what = {"run": "run", "asset": f"asset '{self.name}'"}.get(self.kind, f"step '{self.name}'")
        kind = "" if self.kind in ("run", "state", "asset") else f" {self.kind}"
        return f"{what}{kind}: expected {self.expected}, found {self.found}"


def compare(
    reference: Trace,
    trace: Trace,
    *,
    ir: PipelineIR,
    target: Target | None = None,
    nondeterministic: Collection[str] = frozenset(),
) -> tuple[Difference, ...]:
    """Find what a run did differently from the reference.

    Args:
        reference: what should have happened.
        trace: what happened.
        ir: the checked IR of both. Where a failure stops one of the runs, what time alone decides
            is no difference; see `flowyml.review.stopping`.
        target: where `trace` is from; None is here.
        nondeterministic: assets that differ from run to run; compared by type and shape.

    Returns:
        The run's difference first, then the steps', then the assets', each in a stable order.
    """
    free = undetermined(ir, reference, trace) if stops(ir, target) else frozenset[str]()
    missing = {output.name for s in ir.steps if s.name in free for output in s.outputs}
    return (
        *_run(reference, trace),
        *_steps(reference, trace, free),
        *_assets(reference, trace, frozenset(nondeterministic), frozenset(missing)),
    )


def unstable(first: Trace, second: Trace) -> frozenset[str]:
    """Name the assets that two runs of the same code made differently."""
    both = first.assets.keys() & second.assets.keys()
    return frozenset(n for n in both if _differs(first.assets[n], second.assets[n]))


def _run(reference: Trace, trace: Trace) -> Iterator[Difference]:
    if reference.success != trace.success:
        words = {True: "success", False: "failure"}
        yield Difference(
            kind="run", name="", expected=words[reference.success], found=words[trace.success]
        )


def _steps(reference: Trace, trace: Trace, free: frozenset[str]) -> Iterator[Difference]:
    absent = StepTrace(state="no such step")
    for name in dict.fromkeys((*reference.steps, *trace.steps)):
        expected, found = reference.steps.get(name, absent), trace.steps.get(name, absent)
        if name in free:
            continue
        if expected.state != found.state:
            yield Difference(
                kind="state", name=name, expected=_state(expected), found=_state(found)
            )
        else:
            yield from _facts(name, expected, found)


def _facts(name: str, expected: StepTrace, found: StepTrace) -> Iterator[Difference]:
    """Compare what both targets tell of a step that ended alike."""
    for what, first, second in (
        ("attempts", expected.attempts, found.attempts),
        ("recovered", expected.recovered, found.recovered),
        ("items", _items(expected), _items(found)),
    ):
        if first != second and first is not None and second is not None:
            yield Difference(
                kind=cast("Kind", what), name=name, expected=str(first), found=str(second)
            )


def _items(step: StepTrace) -> str | None:
    return f"{step.items[0]} of {step.items[1]}" if step.items else None


def _state(step: StepTrace) -> str:
    """Give the state, and the last line of the error, which says what was raised."""
    lines = (step.error or "").strip().splitlines()
    return f"{step.state} ({lines[-1].strip()})" if lines else step.state


def _assets(
    reference: Trace, trace: Trace, nondeterministic: frozenset[str], may_miss: frozenset[str]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*reference.assets, *trace.assets)):
        expected, found = reference.assets.get(name), trace.assets.get(name)
        if expected is None or found is None:
            if name in may_miss:
                continue
            there = ["no such asset" if each is None else "a value" for each in (expected, found)]
            yield Difference(kind="asset", name=name, expected=there[0], found=there[1])
        elif differing := _differs(expected, found, by_shape=name in nondeterministic):
            yield Difference(kind="asset", name=name, expected=differing[0], found=differing[1])


def _differs(
    expected: Reference, found: Reference, *, by_shape: bool = False
) -> tuple[str, str] | None:
    """Describe both values if they are not equal."""
    from flowyml.storage import load_value, serializer_named

    same_asset = _asset_class(expected) == _asset_class(found)
    same_format = expected.format == found.format
    if same_asset and same_format and expected.digest == found.digest:
        return None
    first, second = load_value(expected), load_value(found)
    kinds = _kind(first, expected), _kind(second, found)
    if by_shape:
        return kinds if kinds[0] != kinds[1] else None
    if same_asset and same_format and serializer_named(expected.format).equal(first, second):
        return None
    return kinds if kinds[0] != kinds[1] else pinpoint(first, second)


def _asset_class(reference: Reference) -> str | None:
    return reference.asset.type if reference.asset else None


def _kind(value: Any, reference: Reference) -> str:
    """Name a value's type and shape, and the asset around it."""
    of = f"{_asset_class(reference)} of " if reference.asset else ""
    return of + kind(value)
