"""What a failed step was called with, in a line for each parameter."""

from __future__ import annotations

import numpy as np
import pytest

from flowyml import Dataset, Metrics, Model, Pipeline, RunDate, context, step
from flowyml.engine.bindings import shortened


class Forest:
    """A model that shows itself."""

    def __repr__(self):
        return "Forest(\n  trees=3)"


class Broken:
    """A value that cannot be shown."""

    def __repr__(self):
        raise RuntimeError("no repr")


def bound(stack, value, **parameters):
    """What the failing reader of a value was called with."""

    @step(outputs=["value"])
    def make():
        return value

    @step
    def read(value, day: RunDate, rate: float = 0.5, rows=None):
        raise ValueError("no")

    pipeline = Pipeline("p", context=context(**parameters)).add_steps([make, read])
    result = pipeline.run(stack=stack)
    return result.to_dict()["steps"]["read"]["bindings"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([1, 2], "[1, 2]"),
        ("a\nb", r"'a\nb'"),
        (Forest(), "Forest( trees=3)"),
        (Broken(), "RuntimeError('no repr')"),
        (Dataset([1, 2]), "[1, 2]"),
        (Metrics(a=1), "{'a': 1}"),
        (np.zeros(3), "<value: npy, 152 bytes>"),
        ("x" * 5000, "<value: json, 5 kB>"),
        (Model("x" * 2_000_000), "<Model: json, 2 MB>"),
    ],
)
def test_assets_are_shown_or_described(stack, value, shown):
    assert bound(stack, value)["value"] == shown


def test_parameters_and_the_date(stack):
    found = bound(stack, 1, rate=0.25, rows=["a" * 100])
    assert found["rate"] == "0.25"
    assert found["rows"] == "['" + "a" * 69 + "…"
    assert found["day"].endswith("+00:00")


def test_a_value_that_is_gone_is_no_reason_to_fail_again(stack, tmp_path):
    @step(outputs=["value"])
    def make():
        return [1]

    @step(after=["make"])
    def sweeps():
        for blob in (tmp_path / "artifacts").rglob("*.json"):
            blob.unlink()

    @step(after=["sweeps"])
    def read(value):
        return value

    result = Pipeline("p").add_steps([make, sweeps, read]).run(stack=stack)
    found = result.to_dict()["steps"]["read"]
    assert found["state"] == "FAILED"
    assert found["bindings"]["value"].startswith("MissingBlobError(")


def test_a_line_of_72_characters_at_most():
    assert shortened("y" * 70) == repr("y" * 70)
    assert len(shortened("y" * 71)) == 72
