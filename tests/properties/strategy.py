"""Draw pipelines: wiring, context, conditions, failures, retries, fallbacks, maps, gates, order."""

from __future__ import annotations

import dataclasses
import functools
import os

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.properties.generated import Generated, Items, Made, Predicate, Read, Returns

KEYS = ("c0", "c1", "c2")
MOST_STEPS = 9
RATIOS = (0.0, 0.5, 1.0)


def runs() -> int:
    """Give how many generated pipelines each backend runs: FLOWYML_PROPERTY_RUNS, or 200."""
    return int(os.environ.get("FLOWYML_PROPERTY_RUNS", "200"))


def rarely() -> SearchStrategy[bool]:
    return st.sampled_from([False, False, False, True])


@dataclasses.dataclass
class _Known:
    """What the steps drawn so far offer to the next one."""

    held: frozenset[str]
    assets: list[str] = dataclasses.field(default_factory=list)
    collections: list[str] = dataclasses.field(default_factory=list)
    mapped: list[str] = dataclasses.field(default_factory=list)
    predicates: list[Predicate] = dataclasses.field(default_factory=list)

    def add(self, step: Made) -> None:
        self.assets += [name for name in step.assets if name not in self.assets]
        if step.items:
            self.mapped += step.assets
        if step.items or (step.returns == "list" and len(step.assets) == 1):
            self.collections += step.assets


@st.composite
def pipelines(draw: DrawFn, *, fail_fast: bool | None = None, gates: bool = True) -> Generated:
    """Draw a pipeline that is right: it builds, whatever then becomes of its steps.

    Args:
        draw: Hypothesis's.
        fail_fast: whether it stops at the first failure; None draws that too.
        gates: whether steps that return nothing may guard what they read. With gates the order of
            adding means something (docs/semantics.md §1.6).
    """
    values = tuple((key, draw(st.integers(0, 9))) for key in KEYS if draw(st.booleans()))
    known = _Known(held=frozenset(dict(values)))
    steps: list[Made] = []
    wanted = draw(st.integers(2, MOST_STEPS))
    while len(steps) < wanted:
        for step in _next(draw, len(steps), known):
            steps.append(step if gates or step.items else dataclasses.replace(step, gate=False))
            known.add(step)
    read = {r.name for s in steps for r in _all_reads(s)} & set(KEYS)
    changed = [key for key in sorted(read | known.held) if draw(rarely())]
    return Generated(
        steps=tuple(steps),
        order=tuple(draw(st.permutations(range(len(steps))))),
        values=values,
        overrides=tuple((key, draw(st.integers(10, 19))) for key in changed),
        fail_fast=draw(rarely()) if fail_fast is None else fail_fast,
    )


def cases(count: int) -> list[Generated]:
    """Give the same pipelines every time, with names of their own: `generated_7`.

    Each is drawn by itself: within one run Hypothesis varies what it has drawn before.
    """
    return [dataclasses.replace(_drawn(n), name=f"generated_{n}") for n in range(count)]


@functools.cache
def _drawn(number: int) -> Generated:
    found: list[Generated] = []

    @seed(number)
    @settings(max_examples=2, derandomize=False, database=None, phases=[Phase.generate])
    @given(pipelines())
    def collect(pipeline: Generated) -> None:
        found.append(pipeline)

    collect()
    return found[-1]


def _all_reads(step: Made) -> list[Read]:
    return [*step.reads, *(read for predicate, _ in step.conditions for read in predicate.reads)]


def _next(draw: DrawFn, number: int, known: _Known) -> list[Made]:
    kind = draw(st.sampled_from(["step"] * 5 + ["map"] * 4 + ["pair"]))
    if kind == "pair":
        return _pair(draw, number, known)
    conditions = tuple((_predicate(draw, known), draw(st.booleans())) for _ in range(_few(draw)))
    if kind == "map" and known.collections:
        return [_map(draw, number, known, conditions)]
    return [_plain(draw, number, known, conditions, _outputs(draw, number))]


def _few(draw: DrawFn) -> int:
    """Draw how many conditions: mostly none."""
    return draw(st.sampled_from([0] * 8 + [1, 1, 2]))


def _outputs(draw: DrawFn, number: int) -> tuple[str, ...]:
    return tuple(f"a{number}{letter}" for letter in "xyz"[: draw(st.sampled_from([0, 1, 1, 2, 3]))])


def _pair(draw: DrawFn, number: int, known: _Known) -> list[Made]:
    """Draw two steps of which one runs: they make the same assets."""
    predicate = _predicate(draw, known, optional=False)
    outputs = _outputs(draw, number) or (f"a{number}x",)
    first = draw(st.booleans())
    return [
        _plain(draw, number + n, known, ((predicate, negate),), outputs, optional=False)
        for n, negate in enumerate((first, not first))
    ]


def _plain(
    draw: DrawFn,
    number: int,
    known: _Known,
    conditions: tuple[tuple[Predicate, bool], ...],
    outputs: tuple[str, ...],
    *,
    optional: bool = True,
) -> Made:
    reads = _reads(draw, known, optional=optional)
    several: tuple[Returns, ...] = ("tuple", "dict") * 5 + ("too many",)
    single: tuple[Returns, ...] = ("list", "number", "list", "nothing")
    returns: Returns = draw(st.sampled_from(several if len(outputs) > 1 else single))
    guards = any(read.name not in KEYS for read in reads)
    return Made(
        number=number,
        reads=reads,
        outputs=outputs,
        conditions=conditions,
        returns=returns,
        length=draw(st.sampled_from([3, 0, 2, 4])),
        failing=draw(st.sampled_from([0] * 8 + [1, 1, 2, 9])),
        attempts=draw(st.sampled_from([0, 1, 2, 3])),
        final=draw(rarely()),
        fallback=draw(st.sampled_from(["none", "none", "none", "value", "raises"])),
        gate=draw(st.sampled_from([None, None, False, True])) if guards else None,
        after=_after(draw, number),
        declares=draw(st.booleans()) or any(r.parameter != r.name for r in reads),
    )


def _map(
    draw: DrawFn, number: int, known: _Known, conditions: tuple[tuple[Predicate, bool], ...]
) -> Made:
    strict = draw(rarely())
    source = draw(st.sampled_from(known.collections * 6 + known.assets))
    items = Items(
        bad=draw(st.integers(0, 3)),
        failing=draw(st.sampled_from([1, 2, 9])),
        retries=draw(st.integers(0, 2)),
        ratio=draw(st.sampled_from(RATIOS)),
        concurrency=1 if strict else draw(st.integers(1, 3)),
        fail_fast=strict,
    )
    return Made(
        number=number,
        reads=(
            Read(name=source, parameter=draw(st.sampled_from([source, "item"]))),
            *(r for r in _reads(draw, known) if r.name != source and r.parameter == r.name),
        ),
        outputs=_outputs(draw, number)[:1],
        conditions=conditions,
        fallback=draw(st.sampled_from(["none", "none", "value", "raises"])),
        items=items,
    )


def _after(draw: DrawFn, number: int) -> tuple[str, ...]:
    if not number or not draw(rarely()):
        return ()
    return (f"s{draw(st.integers(0, number - 1))}",)


def _predicate(draw: DrawFn, known: _Known, *, optional: bool = True) -> Predicate:
    """Draw a predicate, at times one that another step has already."""
    shared = [p for p in known.predicates if optional or all(r.default is None for r in p.reads)]
    if shared and draw(rarely()):
        return draw(st.sampled_from(shared))
    reads = _reads(draw, known, optional=optional)
    predicate = Predicate(
        name=f"p{len(known.predicates)}",
        reads=tuple(r for r in reads if r.parameter == r.name and not r.annotation),
        raises=draw(st.sampled_from([False] * 19 + [True])),
    )
    known.predicates.append(predicate)
    return predicate


def _reads(draw: DrawFn, known: _Known, *, optional: bool = True) -> tuple[Read, ...]:
    """Draw parameters: those with a default last, as Python wants them."""
    some = st.lists(st.sampled_from(known.assets), max_size=2, unique=True)
    assets = draw(some) if known.assets else []
    reads = [_asset(draw, n, name, known, optional) for n, name in enumerate(assets)]
    for key in (key for key in KEYS if (optional or key in known.held) and draw(rarely())):
        free = not optional or (key in known.held and draw(st.booleans()))
        reads.append(Read(name=key, parameter=key, default=None if free else len(reads)))
    return tuple(sorted(reads, key=lambda read: read.default is not None))


def _asset(draw: DrawFn, place: int, name: str, known: _Known, optional: bool) -> Read:
    default = draw(st.integers(50, 59)) if optional and draw(rarely()) else None
    renamed = default is None and draw(rarely())
    return Read(
        name=name,
        parameter=f"x{place}" if renamed else name,
        default=default,
        annotation="list" if name in known.mapped and draw(st.booleans()) else "",
    )
