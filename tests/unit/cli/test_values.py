"""Values typed as text."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, context, step
from flowyml.cli.values import checked_context, context_values, input_values
from flowyml.frontend.trace import trace
from flowyml.passes import build


@step(outputs=["model"])
def train(
    rows: int, rate: float, name: str, flag: bool, many: list, deep: dict, maybe: int | None, free
):
    return rows


VALUES = {
    "rows": 1, "rate": 0.5, "name": "a", "flag": False, "many": [], "deep": {}, "maybe": None,
    "free": None,
}  # fmt: skip
IR = Pipeline("p", context=context(**VALUES)).add_step(train).build()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("rows", "12", 12),
        ("rate", "3", 3.0),
        ("name", "12", "12"),
        ("name", "null", "null"),
        ("flag", "true", True),
        ("many", "[1]", [1]),
        ("deep", '{"a": 1}', {"a": 1}),
        ("maybe", "null", None),
        ("maybe", "3", 3),
        ("free", "3", 3),
        ("free", "three", "three"),
    ],
)
def test_text_becomes_the_type_that_the_ir_states(key, text, value):
    found = checked_context(IR, {key: text})
    assert found == {key: value}
    assert type(found[key]) is type(value)


def test_what_cannot_be_read_is_left_as_text():
    assert context_values(IR, {"rows": "many", "rovs": "1"}) == {"rows": "many", "rovs": "1"}


def test_all_that_is_wrong_is_reported_at_once():
    with pytest.raises(CompileError) as error:
        checked_context(IR, {"rows": "many", "rovs": "1", "flag": "maybe"})
    assert [d.code for d in error.value.diagnostics] == ["FML204", "FML206", "FML204"]
    assert "did you mean 'rows'?" in str(error.value)


@step(outputs=["sum"])
def add(given: float, text: str, anything):
    return given


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("given", "3", 3.0),
        ("text", "3", "3"),
        ("anything", "[3]", [3]),
        ("anything", "three", "three"),
        ("unknown", "3", 3),
    ],
)
def test_inputs_are_read_as_their_annotations(key, text, value):
    ir = build(trace(Pipeline("p").add_step(add), inputs=("given", "text", "anything")))
    assert input_values(ir, {key: text}) == {key: value}
    assert type(input_values(ir, {key: text})[key]) is type(value)
