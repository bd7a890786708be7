"""`Pipeline.rerun`: what had finished is reused, the rest runs (docs/semantics.md §4.4)."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flowyml import Pipeline, RunDate, context, step, unless, when
from tests.language.reruns import failed_run, recorded, states


def test_a_failed_run_goes_on_where_it_failed(chain, ran):
    failed = failed_run(chain)
    result = chain.rerun(run_id=failed.run_id)
    assert result.success
    assert result["describe"] == "3 m"
    assert states(result) == {"load": "CACHED", "add": "SUCCEEDED", "describe": "SUCCEEDED"}
    assert ran == {"load": 1, "add": 2, "describe": 1}
    assert result.run_id != failed.run_id


def test_the_record_tells_what_came_from_which_run(chain):
    first = failed_run(chain)
    second = recorded(chain.rerun(first.run_id))
    third = recorded(chain.rerun(second.run_id))
    assert second.resumed_from == first.run_id
    assert [each.from_run for each in second.steps.values()] == [first.run_id, None, None]
    assert third.resumed_from == second.run_id
    assert [each.from_run for each in third.steps.values()] == [
        first.run_id,
        second.run_id,
        second.run_id,
    ]
    assert third.steps["load"].outputs == recorded(first).steps["load"].outputs


def test_from_a_step_that_and_all_that_needs_it_runs_again(chain, ran):
    first = chain.run()
    result = chain.rerun(first.run_id, from_step="add")
    assert states(result) == {"load": "CACHED", "add": "SUCCEEDED", "describe": "SUCCEEDED"}
    assert ran == {"load": 1, "add": 2, "describe": 2}


@step(outputs=["drawn"], cache=True)
def draw():
    with Path("draws").open("a") as file:
        file.write(".")
        return file.tell()


@step(inputs=["drawn"], outputs=["told"], cache=True)
def tell(drawn):
    return f"draw {drawn}"


def test_no_cache_stands_in_for_a_step_to_run_again_and_it_keeps_what_that_gives():
    pipeline = Pipeline("cached").add_steps([draw, tell])
    first = pipeline.run()
    assert pipeline.run()["tell"] == "draw 1"
    assert pipeline.rerun(first.run_id, from_step="draw")["tell"] == "draw 2"
    assert pipeline.run()["tell"] == "draw 2"


def test_a_context_value_that_a_sub_pipeline_calls_otherwise_counts(ran):
    @step(outputs=["scaled"])
    def scale(factor: float = 1.0):
        ran["scale"] += 1
        return factor

    child = Pipeline("child", context=context(factor=2.0)).add_step(scale)
    pipeline = Pipeline("parent").add_sub_pipeline(child, name="part")
    first = pipeline.run()
    (key,) = recorded(first).context
    assert set(states(pipeline.rerun(first.run_id)).values()) == {"CACHED"}
    pipeline.rerun(first.run_id, context={key: 3.0})
    assert ran == {"scale": 2}


def test_a_run_that_finished_runs_nothing_again(chain, ran):
    result = chain.rerun(chain.run().run_id)
    assert set(states(result).values()) == {"CACHED"}
    assert result["describe"] == "3 m"
    assert set(ran.values()) == {1}


def test_from_a_step_of_an_unfinished_run_the_rest_runs_too(ran):
    @step(outputs=["a"])
    def a():
        ran["a"] += 1

    @step(outputs=["b"])
    def b():
        ran["b"] += 1
        if ran["b"] == 1:
            raise RuntimeError("broken")

    pipeline = Pipeline("two").add_steps([a, b])
    result = pipeline.rerun(pipeline.run().run_id, from_step="a")
    assert result.success
    assert ran == {"a": 2, "b": 2}


def test_what_the_run_was_given_is_given_again(ran):
    @step(outputs=["made"])
    def make(raw, scale: float, date: RunDate):
        ran["make"] += 1
        if ran["make"] == 1:
            raise RuntimeError("broken")
        return [len(raw) * scale, date.year]

    pipeline = Pipeline("given", context=context(scale=1.0)).add_step(make)
    failed = pipeline.run(
        inputs={"raw": {"a", "b"}},
        context={"scale": "2.5"},
        run_date=datetime(2020, 2, 29, tzinfo=timezone.utc),
    )
    result = pipeline.rerun(failed.run_id)
    assert result["make"] == [5.0, 2020]
    assert recorded(result).context == {"scale": 2.5}
    assert recorded(result).inputs == recorded(failed).inputs


def test_values_that_only_the_first_run_was_given_still_count():
    @step(outputs=["made"])
    def make(scale: float):
        return scale

    pipeline = Pipeline("p").add_step(make)
    assert pipeline.rerun(pipeline.run(context={"scale": 2}).run_id)["make"] == 2.0


@pytest.mark.parametrize(
    ("override", "again"),
    [
        ({"unit": "km"}, {"describe": 2}),
        ({"unit": "m"}, {}),
        ({"count": 4}, {"load": 2, "add": 2, "describe": 2}),
        ({"count": "3"}, {}),
    ],
    ids=["read at the end", "the same", "read at the beginning", "the same as text"],
)
def test_steps_that_read_another_value_run_again(chain, ran, override, again):
    first = chain.run()
    result = chain.rerun(first.run_id, context=override)
    assert result.success
    assert ran == {"load": 1, "add": 1, "describe": 1, **again}


def test_another_input_or_date_runs_its_readers_again(ran):
    @step(outputs=["size"])
    def size(raw):
        ran["size"] += 1
        return len(raw)

    @step(outputs=["year"])
    def year(date: RunDate):
        ran["year"] += 1
        return date.year

    pipeline = Pipeline("p").add_steps([size, year])
    first = pipeline.run(inputs={"raw": [1]})
    assert pipeline.rerun(first.run_id, inputs={"raw": [1]})["size"] == 1
    assert ran == {"size": 1, "year": 1}
    assert pipeline.rerun(first.run_id, inputs={"raw": [1, 2]})["size"] == 2
    assert ran == {"size": 2, "year": 1}
    other = datetime(1999, 1, 1, tzinfo=timezone.utc)
    assert pipeline.rerun(first.run_id, run_date=other)["year"] == 1999
    assert ran == {"size": 2, "year": 2}


def test_a_decision_to_skip_stays(ran):
    def yes(data):
        ran["yes"] += 1
        return True

    @step(outputs=["data"])
    def data():
        return 1

    @step(inputs=["data"], outputs=["model"])
    @when(yes)
    def large(data):
        return "large"

    @step(inputs=["data"], outputs=["model"])
    @unless(yes)
    def small(data):
        return "small"

    @step(inputs=["data"], outputs=["extra"])
    @unless(yes)
    def extra(data):
        return "extra"

    @step(inputs=["extra"], outputs=["more"])
    def more(extra):
        return extra

    @step(inputs=["model", "more"], outputs=["told"])
    def tell(model, more="nothing"):
        ran["tell"] += 1
        return f"{model}, {more}"

    pipeline = Pipeline("p").add_steps([data, large, small, extra, more, tell])
    first = pipeline.run()
    asked = ran["yes"]
    again = pipeline.rerun(first.run_id)
    assert again["tell"] == "large, nothing"
    assert [*states(again).values()] == [
        "CACHED",
        "CACHED",
        "SKIPPED",
        "SKIPPED",
        "SKIPPED",
        "CACHED",
    ]
    assert ran == {"yes": asked, "tell": 1}


def test_a_mended_and_grown_pipeline_goes_on_with_what_there_is(ran, caplog):
    def pipeline(*, mended):
        @step(outputs=["rows"])
        def load():
            ran["load"] += 1
            return [1, 2] if mended else [1]

        @step(outputs=["scale"])
        def scale():
            ran["scale"] += 1
            return 10

        @step(inputs=["rows"], outputs=["total"])
        def add(rows, scale=1):
            ran["add"] += 1
            if not mended:
                raise RuntimeError("broken")
            return sum(rows) * scale

        return Pipeline("p").add_steps([load, scale, add] if mended else [load, add])

    failed = pipeline(mended=False).run()
    result = pipeline(mended=True).rerun(failed.run_id)
    assert result["add"] == 10
    assert ran == {"load": 1, "scale": 1, "add": 2}
    assert f"'load' has changed since run {failed.run_id}" in caplog.text
    assert "(rerun from 'load' to make it anew)" in caplog.text


def test_a_step_that_declares_other_outputs_runs_again(ran):
    def pipeline(names):
        @step(outputs=names)
        def load():
            ran["load"] += 1
            return 1

        return Pipeline("p").add_step(load)

    first = pipeline(["rows"]).run()
    assert pipeline(["lines"]).rerun(first.run_id).outputs["lines"] == 1
    assert ran == {"load": 2}


def test_a_step_whose_new_need_runs_runs_too(ran):
    @step(outputs=["rows"])
    def load():
        ran["load"] += 1
        return 1

    @step(outputs=["other"])
    def other():
        ran["other"] += 1
        return 2

    @step(outputs=["total"])
    def add(rows, other=0):
        ran["add"] += 1
        return rows + other

    first = Pipeline("p").add_steps([load, add]).run()
    assert Pipeline("p").add_steps([load, other, add]).rerun(first.run_id)["add"] == 3
    assert ran == {"load": 1, "other": 1, "add": 2}


@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_a_value_that_is_no_longer_whole_is_made_again(chain, ran, caplog, damage):
    first = chain.run()
    path = Path(first.step_results["add"].artifact_uri)
    path.unlink() if damage == "gone" else path.write_bytes(b"9")
    with caplog.at_level(logging.WARNING):
        result = chain.rerun(first.run_id)
    assert result["describe"] == "3 m"
    assert ran == {"load": 1, "add": 2, "describe": 2}
    assert "step 'add' runs again: the stored value" in caplog.text
