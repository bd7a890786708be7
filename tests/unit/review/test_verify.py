"""Which assets count as nondeterministic."""

from __future__ import annotations

import pytest

from flowyml import Pipeline, step
from flowyml.review.verify import downstream


@step(outputs=["rows"])
def load():
    return [1]


@step(inputs=["rows"], outputs=["model", "notes"])
def train(rows):
    return rows, ""


@step(inputs=["model"], outputs=["score"])
def evaluate(model):
    return 1.0


@step(inputs=["rows"], outputs=["count"])
def count(rows):
    return len(rows)


IR = Pipeline("p").add_steps([load, train, evaluate, count]).build()


@pytest.mark.parametrize(
    ("changing", "expected"),
    [
        ([], set()),
        (["score"], {"score"}),
        (["model"], {"model", "score"}),
        (["notes"], {"notes"}),
        (["rows"], {"rows", "model", "notes", "score", "count"}),
    ],
)
def test_what_is_made_from_a_nondeterministic_asset_is_so_too(changing, expected):
    assert downstream(IR, changing) == expected
