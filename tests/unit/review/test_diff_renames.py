"""When a step that is gone and one that is new are the same step."""

from __future__ import annotations

from flowyml.ir import Output, StepNode
from flowyml.review.diff import diff
from tests.unit.review.changed import CHECK, CLEAN, IR, LOAD, TRAIN, asset, function, lines, of


def test_a_renamed_function_is_a_renamed_step_with_other_code():
    """Its asset has a name of its own, and its readers read what they read before."""
    tidy = of(CLEAN, name="tidy", function=function("tidy"))
    train = of(TRAIN, parameters=(asset("cleaned", "tidy", optional=True),))
    assert lines(IR, of(IR, steps=(LOAD, CHECK, tidy, train))) == [
        "~ step clean → tidy (renamed)  [breaking]",
        "~ step tidy: code  [behaviour]",
        "~ step tidy: entrypoint: train:clean → train:tidy  [behaviour]",
    ]


def test_an_asset_that_is_named_after_its_step_goes_along():
    guard = of(CHECK, name="guard", outputs=(Output(name="guard"),))
    clean = of(CLEAN, after=("guard",))
    assert lines(IR, of(IR, steps=(LOAD, guard, clean, TRAIN))) == [
        "~ step check → guard (renamed)  [breaking]"
    ]


def test_an_asset_that_was_named_as_its_step_may_keep_its_name():
    old = of(IR, steps=(LOAD, of(CLEAN, name="cleaned", after=()), read_by("cleaned")))
    tidy = of(CLEAN, name="tidy", function=function("tidy"), after=())
    assert lines(old, of(IR, steps=(LOAD, tidy, read_by("tidy")))) == [
        "~ step cleaned → tidy (renamed)  [breaking]",
        "~ step tidy: code  [behaviour]",
        "~ step tidy: entrypoint: train:clean → train:tidy  [behaviour]",
    ]


def read_by(step: str) -> StepNode:
    return of(TRAIN, parameters=(asset("cleaned", step, optional=True),))


def test_without_the_same_code_or_an_asset_of_its_own_it_is_another_step():
    guard = of(CHECK, name="guard", function=function("guard"), outputs=(Output(name="guard"),))
    clean = of(CLEAN, after=("guard",))
    assert lines(IR, of(IR, steps=(LOAD, guard, clean, TRAIN))) == [
        "+ step guard: reads rows from 'rows' of load; makes guard  [behaviour]",
        "~ step clean: after: check → guard  [behaviour]",
        "- step check  [breaking]",
    ]


def test_two_that_are_alike_are_not_told_apart():
    def two(first: str, second: str):
        return of(IR, steps=tuple(
            of(CHECK, name=name, outputs=(Output(name=name),)) for name in (first, second)
        ))  # fmt: skip

    kinds = [change.kind for change in diff(two("a", "b"), two("c", "d")).changes]
    assert sorted(kinds) == ["added", "added", "removed", "removed"]


def test_a_chain_of_renamed_steps_is_followed():
    load = of(LOAD, name="read")
    clean = of(
        CLEAN, name="tidy", parameters=(asset("rows", "read"), CLEAN.parameters[1]), after=()
    )
    old = of(IR, steps=(LOAD, of(CLEAN, after=())))
    assert lines(old, of(IR, steps=(load, clean))) == [
        "~ step load → read (renamed)  [breaking]",
        "~ step clean → tidy (renamed)  [breaking]",
    ]
