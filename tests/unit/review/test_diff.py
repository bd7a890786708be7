"""The semantic diff of two IRs: what is said, and how it is graded."""

from __future__ import annotations

import json

import pytest

from flowyml.ir import (
    FromContext,
    FromInput,
    Function,
    MapSpec,
    Parameter,
    PipelineIR,
    Source,
    Span,
    from_json,
    to_json,
)
from flowyml.review.diff import diff
from tests.unit.review.changed import (
    ALPHA,
    CLEAN,
    IR,
    LOAD,
    RATE,
    STEPS,
    TRAIN,
    function,
    lines,
    of,
    step,
)


def parameters(*found: object) -> PipelineIR:
    return of(IR, parameters=found)


@pytest.mark.parametrize(
    "new",
    [
        IR,
        from_json(to_json(IR)),
        from_json(to_json(IR, lines=False)),
        of(IR, version="v2"),
        of(IR, source=Source(module="other.place", file="other/place.py", line=9)),
        of(IR, steps=tuple(reversed(STEPS))),
        of(IR, parameters=(RATE, ALPHA)),
        step("load", function=of(LOAD.function, span=Span(file="train.py", line=88))),
    ],
    ids=["self", "read", "lines", "version", "file", "order", "order-of-keys", "line"],
)
def test_what_is_no_difference(new):
    found = diff(IR, new)
    assert (found.changes, found.same, found.grade) == ((), True, None)
    assert str(found).splitlines()[1:] == ["no differences"]


def test_values_compare_as_json():
    """1, 1.0 and true are equal in Python and three things in JSON."""
    one, same = parameters(of(ALPHA, default=1)), parameters(of(ALPHA, default=True))
    assert lines(one, same) == ["~ parameter alpha: default: 1 → true  [behaviour]"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("1", 1, '"1" → 1'),
        ({"code": 1}, {"code": 2}, '{"code": 1} → {"code": 2}'),
        ([[1], []], [["1"]], '[[1], []] → [["1"]]'),
        (None, "null", 'null → "null"'),
    ],
)
def test_a_default_is_told_as_data(old, new, line):
    found = lines(parameters(of(ALPHA, default=old)), parameters(of(ALPHA, default=new)))
    assert found == [f"~ parameter alpha: default: {line}  [behaviour]"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"minimum": 1, "maximum": 9}, {"maximum": 9, "minimum": 0}, "behaviour"),
        ({"minimum": 1, "maximum": 9}, {"maximum": 8, "minimum": 1}, "breaking"),
        ({"minimum": 1, "maximum": 9}, {"minimum": 1}, "behaviour"),
        ({"minimum": 1}, {"minimum": 1, "maximum": 9}, "breaking"),
        ({"minimum": 1}, {"exclusiveMinimum": 0}, "breaking"),
        ({"enum": [1, "eu"]}, {"enum": ["eu", "us", 1]}, "behaviour"),
        ({"enum": [1, "eu"]}, {"enum": ["eu", "us", True]}, "breaking"),
        ({"pattern": "a"}, {"pattern": "b"}, "breaking"),
        ({"maxLength": 3}, None, "behaviour"),
        (None, {"maxLength": 3}, "breaking"),
    ],
)
def test_limits_that_let_all_through_that_they_did_break_nothing(old, new, told):
    before, after = parameters(of(ALPHA, limits=old)), parameters(of(ALPHA, limits=new))
    (line,) = lines(before, after)
    assert line.endswith(f"[{told}]")


def test_limits_are_told_in_one_order():
    """A sidecar holds them sorted, and a pipeline in the order of its annotation."""
    before = parameters(of(ALPHA, limits={"maximum": 9, "minimum": 0}))
    after = parameters(of(ALPHA, limits={"minimum": 0, "maximum": 8}))
    line = "limits: maximum 9, minimum 0 → maximum 8, minimum 0  [breaking]"
    assert lines(before, after) == [f"~ parameter alpha: {line}"]


def test_a_new_run_input_breaks_those_who_run_it():
    new = step("check", parameters=(Parameter(name="rows", binding=FromInput(key="rows")),))
    assert lines(IR, new) == [
        "~ pipeline: run input 'rows' added  [breaking]",
        "~ step check: parameter 'rows': 'rows' of load → the run input 'rows'  [behaviour]",
    ]


def test_the_item_of_a_map_task_is_its_first_parameter():
    assert lines(IR, step("clean", parameters=tuple(reversed(CLEAN.parameters)))) == [
        "~ step clean: map item: rows → alpha  [behaviour]"
    ]


def test_a_step_that_becomes_a_map_task_makes_something_else():
    assert lines(IR, step("check", map=MapSpec(concurrency=2)))[0].endswith("[breaking]")


def test_the_order_of_positional_parameters_counts():
    one, two = (Parameter(name=n, binding=FromContext(), position="only") for n in "ab")
    old, new = step("check", parameters=(one, two)), step("check", parameters=(two, one))
    assert lines(old, new) == [
        "~ step check: order of positional parameters: a, b → b, a  [breaking]"
    ]


def test_a_change_of_both_is_told_for_both():
    new = of(parameters(of(ALPHA, default=1.0), RATE), steps=STEPS[:3])
    found = diff(IR, new)
    assert found.summary() == "2 differences: 1 breaking, 1 behaviour"
    assert found.grade == "breaking"
    assert [c.name for c in found.graver("breaking")] == ["train"]
    assert len(found.graver("cosmetic")) == 2


def test_it_names_what_was_compared():
    assert str(diff(IR, of(IR, version=None))).splitlines()[0] == "training v1 → training"
    assert str(diff(IR, IR, old_name="a", new_name="b")).splitlines()[0] == "a → b"


def test_as_json_it_holds_every_value():
    found = json.loads(json.dumps(diff(IR, step("load", description="Read.")).to_dict()))
    assert found == {
        "old": "training v1",
        "new": "training v1",
        "same": False,
        "grade": "cosmetic",
        "changes": [
            {
                "subject": "step",
                "name": "load",
                "kind": "changed",
                "grade": "cosmetic",
                "what": "description",
                "old": "Load.",
                "new": "Read.",
            }
        ],
    }


def test_a_long_value_stays_on_its_line():
    new = parameters(of(ALPHA, type="string", default="a\n" * 200), RATE)
    assert all(len(line) < 160 and "\n" not in line for line in lines(IR, new))


def test_what_this_version_has_never_heard_of_is_breaking(monkeypatch):
    """A field that somebody adds to the IR is compared before anybody grades it."""

    class Newer(type(TRAIN)):
        colour: str = "red"
        painter: Function | None = None

    newer = Newer(**{name: getattr(TRAIN, name) for name in type(TRAIN).model_fields})
    painters = [function("paint"), of(function("paint"), span=Span(file="paint.py", line=9))]
    old, new = (
        of(IR, steps=(of(newer, colour=colour, painter=painter),))
        for colour, painter in zip(["red", "blue"], painters, strict=True)
    )
    assert lines(old, new) == ["~ step train: colour: red → blue  [breaking]"]


def test_functions_of_another_kind_of_problem():
    lost = Function(entrypoint="train:load", digest="d-load", problem="a")
    assert lines(step("load", function=lost), IR) == ["~ step load: problem removed  [behaviour]"]
