"""The checked IR of a pipeline that is run again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowyml import Pipeline, context, step
from flowyml.engine.building import built
from flowyml.frontend.trace import trace
from flowyml.passes import build


def pipeline() -> Pipeline:
    def source(rate: float = 0.5) -> float:
        return rate

    def double(value: float) -> float:
        return 2 * value

    twice = Pipeline("twice", context=context(rate=1.0))
    return twice.add_step(step(source, outputs=["value"])).add_step(step(double))


def test_the_same_pipeline_is_checked_once() -> None:
    one = pipeline()
    assert built(one, trace(one)) is built(one, trace(one))


def _more(value: float) -> float:
    return value


def _add(changed: Pipeline) -> None:
    changed.add_step(step(_more))


def _change_default(changed: Pipeline) -> None:
    changed.steps[0].function.__defaults__ = (0.25,)


def _change_context(changed: Pipeline) -> None:
    changed.context["rate"] = 2.0


def _rename(changed: Pipeline) -> None:
    changed.steps[1].name = "twice"


@pytest.mark.parametrize("change", [_add, _change_default, _change_context, _rename])
def test_what_changed_is_checked_anew(change: Callable[[Pipeline], None]) -> None:
    changed = pipeline()
    before = built(changed, trace(changed))
    change(changed)
    assert built(changed, trace(changed)) == build(trace(changed)) != before


def test_what_a_run_is_given_counts() -> None:
    one = pipeline()
    plain = built(one, trace(one))
    assert built(one, trace(one, enable_cache=False)) != plain
    assert built(one, trace(one)) == plain
