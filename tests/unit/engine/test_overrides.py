"""What a run is given: checked before anything runs, all at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from flowyml import CompileError, Pipeline, RunDate, UsageError, context, step


@step
def train(learning_rate: float, epochs: int = 3, tags: list[str] | None = None):
    ran.append(1)
    return learning_rate, epochs, tags


ran: list[int] = []


def pipeline():
    return Pipeline("p", context=context(learning_rate=0.1)).add_step(train)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (0.1, 3, None)),
        ({"learning_rate": 1}, (1.0, 3, None)),
        ({"learning_rate": "0.05", "epochs": "7"}, (0.05, 7, None)),
        ({"tags": ["a"], "epochs": 2**60}, (0.1, 2**60, ["a"])),
    ],
)
def test_overrides_become_the_type_of_their_key(stack, given, expected):
    result = pipeline().run(context=given, stack=stack)
    assert result["train"] == expected
    assert type(result["train"][0]) is float


def test_overrides_last_for_one_run(stack):
    p = pipeline()
    assert p.run(context={"epochs": 9}, stack=stack)["train"] == (0.1, 9, None)
    assert p.run(stack=stack)["train"] == (0.1, 3, None)


def codes(error):
    return [diagnostic.code for diagnostic in error.value.diagnostics]


def test_everything_wrong_is_said_at_once_and_nothing_runs(stack, tmp_path):
    ran.clear()
    with pytest.raises(CompileError) as error:
        pipeline().run(
            context={"learning_rat": 1, "epochs": "abc", "tags": {1, 2}},
            stack=stack,
        )
    assert sorted(codes(error)) == ["FML204", "FML205", "FML206"]
    assert "did you mean 'learning_rate'?" in str(error.value)
    assert "'epochs'" in str(error.value)
    assert ran == []
    assert list(tmp_path.iterdir()) == []


def test_how_text_is_a_list_is_said(stack):
    with pytest.raises(CompileError, match=r'type array; as text it is JSON, such as \["a", "b"\]'):
        pipeline().run(context={"tags": "a,b"}, stack=stack)


def test_an_input_goes_where_no_step_produces_it(stack):
    @step(inputs=["numbers"])
    def total(numbers):
        return sum(numbers)

    assert Pipeline("p").add_step(total).run({"numbers": [1, 2]}, stack=stack)["total"] == 3


def test_an_input_that_no_step_reads_is_refused(stack):
    with pytest.raises(CompileError) as error:
        pipeline().run({"numbers": [1]}, stack=stack)
    assert codes(error) == ["FML206"]


@pytest.mark.parametrize("keyword", ["inputs", "context", "stack"])
def test_arguments_of_another_type_are_refused(stack, keyword):
    with pytest.raises(TypeError, match=f"{keyword}= takes a"):
        pipeline().run(**{"stack": stack, keyword: ["x"]})


@step
def when_is_it(date: RunDate):
    return date


def test_the_run_date_is_given_in_utc(stack):
    there = datetime(2025, 1, 31, 1, tzinfo=timezone(timedelta(hours=2)))
    result = Pipeline("p").add_step(when_is_it).run(run_date=there, stack=stack)
    assert result["when_is_it"] == datetime(2025, 1, 30, 23, tzinfo=timezone.utc)
    assert result["when_is_it"].tzinfo is timezone.utc


def test_without_one_it_is_the_start(stack):
    result = Pipeline("p").add_step(when_is_it).run(stack=stack)
    assert result["when_is_it"] == result.start_time


def test_a_date_without_a_zone_is_refused(stack):
    with pytest.raises(UsageError, match="no time zone"):
        Pipeline("p").add_step(when_is_it).run(run_date=datetime(2025, 1, 31), stack=stack)


def test_a_date_that_is_none_in_utc_is_refused(stack):
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    with pytest.raises(UsageError, match="in no year from 1 to 9999 of UTC"):
        Pipeline("p").add_step(when_is_it).run(run_date=early, stack=stack)


@pytest.mark.parametrize("value", ["2025-01-31", date(2025, 1, 31), 3])
def test_what_is_no_datetime_is_refused(stack, value):
    with pytest.raises(UsageError, match="is no datetime; write for example"):
        Pipeline("p").add_step(when_is_it).run(run_date=value, stack=stack)


def test_the_context_is_fixed_once_a_run_began(stack):
    p = pipeline()
    p.run(stack=stack)
    with pytest.raises(TypeError, match="fixed once a run began"):
        p.context["learning_rate"] = 2


def test_a_key_of_another_part_is_the_nearest(stack):
    @step
    def train(rate: float):
        return rate

    inner = Pipeline("inner").add_step(train)
    middle = Pipeline("middle", context=context(rate=0.5, inner_rat=1)).add_sub_pipeline(inner)
    whole = Pipeline("whole").add_sub_pipeline(middle)
    with pytest.raises(CompileError, match=r"did you mean 'middle\.rate'"):
        whole.run(context={"middle.inner.rate": 1}, stack=stack)
