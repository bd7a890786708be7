"""What holds for the diff of any two pipelines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowyml.ir import (
    ContextParameter,
    FromAsset,
    FromContext,
    Function,
    Output,
    Parameter,
    PipelineIR,
    Retry,
    Source,
    StepNode,
    digest,
)
from flowyml.review.diff import diff
from tests.unit.review.changed import INT, of

digests = st.sampled_from("abcdef")
numbers = st.integers(0, 3)


@st.composite
def step_nodes(draw, name: str, before: list[str]) -> StepNode:
    sources = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
    reads = [
        Parameter(name=f"of_{each}", binding=FromAsset(step=each, output=f"out_{each}"))
        for each in sources
    ]
    return StepNode(
        name=name,
        function=Function(entrypoint=f"m:{name}", digest=draw(digests)),
        parameters=(*reads, Parameter(name="x", binding=FromContext())),
        outputs=(Output(name=f"out_{name}", type=draw(st.none() | st.just(INT))),),
        after=tuple(sorted(draw(st.sets(st.sampled_from(before))))) if before else (),
        retry=draw(st.none() | st.builds(Retry, attempts=st.integers(1, 3))),
        timeout=draw(st.none() | st.floats(1, 9)),
    )


@st.composite
def pipelines(draw) -> PipelineIR:
    names = [f"s{number}" for number in range(draw(st.integers(1, 5)))]
    keys = st.builds(
        ContextParameter, key=st.just("x"), type=st.just("any"),
        has_default=st.just(True), default=numbers,
    )  # fmt: skip
    steps = tuple(draw(step_nodes(name, names[:n])) for n, name in enumerate(names))
    return PipelineIR(
        name="p", source=Source(module="m"), parameters=(draw(keys),), steps=steps,
        fail_fast=draw(st.booleans()),
    )  # fmt: skip


@given(pipelines())
def test_nothing_differs_from_itself(ir):
    assert diff(ir, ir).same


@given(pipelines(), st.randoms(use_true_random=False))
def test_order_of_adding_is_no_difference(ir, random):
    steps = list(ir.steps)
    random.shuffle(steps)
    assert diff(ir, of(ir, steps=tuple(steps))).same


@given(pipelines(), pipelines())
def test_it_finds_a_difference_exactly_where_the_digests_differ(one, other):
    assert diff(one, other).same == (digest(one) == digest(other))


@given(pipelines(), pipelines())
def test_it_reads_the_same_in_both_directions(one, other):
    there, back = diff(one, other), diff(other, one)
    mirrored = {"added": "removed", "removed": "added"}
    assert sorted((c.name, c.what, c.kind) for c in there.changes if c.kind != "renamed") == sorted(
        (c.name, c.what, mirrored.get(c.kind, c.kind)) for c in back.changes if c.kind != "renamed"
    )


@given(pipelines(), st.data())
def test_it_mentions_exactly_the_step_that_was_changed(ir, data):
    place = data.draw(st.integers(0, len(ir.steps) - 1))
    step = ir.steps[place]
    update = data.draw(
        st.sampled_from(
            [
                {"function": of(step.function, digest="other")},
                {"retry": Retry(attempts=9)},
                {"timeout": 99.0},
                {"outputs": (*step.outputs, Output(name="more"))},
                {"parameters": ()},
                {"description": "other"},
                {"fallback": Function(entrypoint="m:f", digest="f")},
            ]
        )
    )
    steps = (*ir.steps[:place], of(step, **update), *ir.steps[place + 1 :])
    found = diff(ir, of(ir, steps=steps))
    assert {(change.subject, change.name) for change in found.changes} == {("step", step.name)}


@given(pipelines(), st.data())
def test_a_step_that_only_has_another_name_is_renamed_and_nothing_else(ir, data):
    """It is unmistakable by its asset; those who read it are no other steps for that."""
    old = data.draw(st.sampled_from(ir.steps)).name
    steps = tuple(_renamed(step, old) for step in ir.steps)
    (change,) = diff(ir, of(ir, steps=steps)).changes
    assert (change.kind, change.old, change.new, change.grade) == (
        "renamed",
        old,
        "new",
        "breaking",
    )


def _renamed(step: StepNode, old: str) -> StepNode:
    parameters = tuple(
        of(p, binding=of(p.binding, step="new"))
        if isinstance(p.binding, FromAsset) and p.binding.step == old
        else p
        for p in step.parameters
    )
    after = tuple(sorted("new" if name == old else name for name in step.after))
    name = "new" if step.name == old else step.name
    return of(step, name=name, parameters=parameters, after=after)
