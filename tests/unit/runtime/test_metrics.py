"""Which figures are found in what steps return."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from flowyml import Dataset, Metrics
from flowyml.runtime.outcome import metrics_in


class Scores(Metrics):
    """A project's own kind of metrics."""


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (3, 3.0),
        (0.5, 0.5),
        (Fraction(1, 4), 0.25),
        (np.float32(0.5), 0.5),
        (np.int64(-2), -2.0),
        (math.inf, math.inf),
    ],
)
def test_a_number_is_a_metric_by_its_assets_name(value, figure):
    found = metrics_in("rows", value)
    assert found == {"rows": figure}
    assert type(found["rows"]) is float


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(False), None, "0.5", 1j, [1, 2], {"a": 1}, Dataset([1]), np.ones(1), 10**400],
)
def test_what_is_no_number_is_no_metric(value):
    assert metrics_in("rows", value) == {}


def test_nan_is_a_figure():
    assert math.isnan(metrics_in("loss", math.nan)["loss"])


@pytest.mark.parametrize("kind", [Metrics, Scores])
def test_the_numbers_in_metrics_are_named_by_their_path(kind):
    value = kind({"f1": {"ham": 0.9, "deep": {1: 2}}, "model": "forest", "ok": True}, n=3)
    assert metrics_in("scores", value) == {
        "scores.f1.ham": 0.9,
        "scores.f1.deep.1": 2.0,
        "scores.n": 3.0,
    }
