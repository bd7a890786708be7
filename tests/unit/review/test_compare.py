"""Comparing two runs (docs/semantics.md §6)."""

from __future__ import annotations

import numpy as np
import pytest

from flowyml import Dataset
from flowyml.backend import StepTrace, Trace
from flowyml.ir import PipelineIR, Source
from flowyml.review.compare import compare, unstable
from flowyml.storage import ArtifactStore


@pytest.fixture
def trace(tmp_path):
    """Make a trace from steps (a state, or a state and attempts) and asset values."""
    store = ArtifactStore(tmp_path / "store")

    def make(*, success=True, assets=None, **steps):
        states = {name: s if isinstance(s, tuple) else (s, 1) for name, s in steps.items()}
        return Trace(
            success=success,
            steps={n: StepTrace(state=s, attempts=tried) for n, (s, tried) in states.items()},
            assets={name: store.save(name, value) for name, value in (assets or {}).items()},
        )

    return make


IR = PipelineIR(name="p", source=Source(module="m"))


def told(reference, other, **options):
    return [str(difference) for difference in compare(reference, other, ir=IR, **options)]


def test_equal_runs_have_no_difference(trace):
    def run():
        return trace(load="SUCCEEDED", train=("FAILED", 3), success=False, assets={"a": {"x": 1}})

    assert told(run(), run()) == []


def test_a_run_that_succeeds_where_it_should_fail(trace):
    assert told(trace(success=False), trace()) == ["run: expected failure, found success"]


def test_states_and_attempts(trace):
    reference = trace(a="SUCCEEDED", b=("SUCCEEDED", 3), c="SKIPPED")
    other = trace(a="UPSTREAM_FAILED", b=("SUCCEEDED", 1), c="SKIPPED")
    assert told(reference, other) == [
        "step 'a': expected SUCCEEDED, found UPSTREAM_FAILED",
        "step 'b' attempts: expected 3, found 1",
    ]


def test_fallbacks_and_counts_of_items_are_compared_where_both_tell():
    def run(**facts):
        step = StepTrace(state="SUCCEEDED", attempts=1, **facts)
        return Trace(success=True, steps={"a": step}, assets={})

    reference = run(recovered=True, items=(2, 4))
    assert told(reference, run(recovered=False, items=(3, 4))) == [
        "step 'a' recovered: expected True, found False",
        "step 'a' items: expected 2 of 4, found 3 of 4",
    ]
    assert told(reference, run()) == told(run(), reference) == []


def test_a_failed_step_is_shown_with_what_was_raised():
    failed = StepTrace(state="FAILED", attempts=1, error="Traceback\n  …\nValueError: no rows\n")
    reference = Trace(
        success=True, steps={"a": StepTrace(state="SUCCEEDED", attempts=1)}, assets={}
    )
    other = Trace(success=True, steps={"a": failed}, assets={})
    assert told(reference, other) == [
        "step 'a': expected SUCCEEDED, found FAILED (ValueError: no rows)"
    ]


def test_steps_that_only_one_of_the_runs_has(trace):
    assert told(trace(a="SUCCEEDED"), trace(b="SUCCEEDED")) == [
        "step 'a': expected SUCCEEDED, found no such step",
        "step 'b': expected no such step, found SUCCEEDED",
    ]


def test_values_are_compared_with_their_types(trace):
    reference = trace(assets={"same": (1, 2), "int": 1, "tuple": (1,)})
    other = trace(assets={"same": (1, 2), "int": 1.0, "tuple": [1]})
    assert told(reference, other) == [
        "asset 'int': expected int, found float",
        "asset 'tuple': expected tuple, found list",
    ]


def test_nan_equals_nan(trace):
    values = {"plain": float("nan"), "array": np.array([1.0, np.nan])}
    assert told(trace(assets=values), trace(assets=values)) == []


def test_equal_values_need_not_have_equal_bytes(trace):
    first = trace(assets={"a": {"x": {1, 2}, "y": 1}})
    second = trace(assets={"a": {"y": 1, "x": {2, 1}}})
    assert told(first, second) == []


def test_assets_that_only_one_of_the_runs_made(trace):
    assert told(trace(assets={"a": 1}), trace(assets={"b": 1})) == [
        "asset 'a': expected a value, found no such asset",
        "asset 'b': expected no such asset, found a value",
    ]


def test_an_asset_is_not_the_data_in_it(trace):
    found = told(trace(assets={"a": Dataset([1])}), trace(assets={"a": [1]}))
    assert len(found) == 1
    assert "Dataset of list, found list" in found[0]


def test_nondeterministic_assets_are_compared_by_type_and_shape(trace):
    reference = trace(assets={"same": np.zeros(3), "shape": np.zeros(3), "type": 1})
    other = trace(assets={"same": np.ones(3), "shape": np.ones(4), "type": "1"})
    assert told(reference, other, nondeterministic={"same", "shape", "type"}) == [
        "asset 'shape': expected numpy.ndarray (3,), found numpy.ndarray (4,)",
        "asset 'type': expected int, found str",
    ]


def test_unstable_names_what_two_runs_made_differently(trace):
    first = trace(assets={"model": 1, "rows": [1], "only": 1})
    assert unstable(first, trace(assets={"model": 2, "rows": [1]})) == {"model"}
