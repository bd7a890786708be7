"""Tracing the same steps again."""

from __future__ import annotations

from flowyml import Pipeline, step, when
from flowyml.frontend.trace import trace


def source() -> int:
    return 1


def double(value: int) -> int:
    return 2 * value


def wanted(value: int) -> bool:
    return value > 0


def _other(value: int) -> bool:
    return value > 1


def test_steps_that_look_as_they_did_keep_their_nodes() -> None:
    pipeline = Pipeline("twice").add_steps([step(source, outputs=["value"]), step(double)])
    first, second = trace(pipeline).steps, trace(pipeline).steps
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, True]


def test_a_step_is_described_where_it_stands() -> None:
    shared = step(double)
    one = Pipeline("one").add_steps([step(source, outputs=["value"]), shared])
    other = Pipeline("other").add_steps([shared])
    for _ in range(2):
        assert [node.declared and node.declared.added for node in trace(one).steps] == [0, 1]
        assert [node.declared and node.declared.added for node in trace(other).steps] == [0]


def test_a_predicate_that_changed_is_seen() -> None:
    pipeline = Pipeline("maybe").add_steps([step(source, outputs=["value"])])
    pipeline.add_step(when(wanted)(step(double)))
    before = trace(pipeline).steps[1]
    original, wanted.__code__ = wanted.__code__, _other.__code__
    try:
        after = trace(pipeline).steps[1]
    finally:
        wanted.__code__ = original
    assert after.when[0].function.digest != before.when[0].function.digest


def test_a_step_that_was_changed_is_described_anew() -> None:
    changed = step(double)
    pipeline = Pipeline("slow").add_steps([step(source, outputs=["value"]), changed])
    assert trace(pipeline).steps[1].timeout is None
    changed.timeout = 3.0
    assert trace(pipeline).steps[1].timeout == 3.0
