"""`Pipeline.rerun`: what had finished is reused, the rest runs (docs/semantics.md §4.4)."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flowyml import LocalStack, Pipeline, RunDate, UsageError, context, step, unless, when
from flowyml.storage.records import RunRecords, UnknownRunError


@pytest.fixture
def ran():
    """Counts the executions of each step."""
    return Counter()


@pytest.fixture
def chain(ran):
    """Three steps; the second fails while the file `broken` is there."""

    @step(outputs=["rows"])
    def load(count: int = 3):
        ran["load"] += 1
        return list(range(count))

    @step(inputs=["rows"], outputs=["total"])
    def add(rows):
        ran["add"] += 1
        if Path("broken").exists():
            raise RuntimeError("broken")
        return sum(rows)

    @step(inputs=["total"], outputs=["report"])
    def describe(total, unit: str = "m"):
        ran["describe"] += 1
        return f"{total} {unit}"

    return Pipeline("chain").add_steps([load, add, describe])


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


def recorded(result):
    with RunRecords(".flowyml/metadata.db") as records:
        return records.get(result.run_id)


def failed_run(pipeline, **keywords):
    Path("broken").touch()
    result = pipeline.run(**keywords)
    Path("broken").unlink()
    assert not result.success
    return result


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


def test_an_input_that_is_gone_is_asked_for():
    @step
    def size(raw):
        return len(raw)

    pipeline = Pipeline("p").add_step(size)
    first = pipeline.run(inputs={"raw": [1]})
    Path(recorded(first).inputs["raw"].uri).unlink()
    with pytest.raises(UsageError, match=r"the input 'raw' of run .* is gone; .*inputs=\{'raw'"):
        pipeline.rerun(first.run_id)
    assert pipeline.rerun(first.run_id, inputs={"raw": [1, 2]})["size"] == 2


def test_runs_are_found_by_how_they_begin_and_as_the_latest(chain):
    first, second = failed_run(chain), failed_run(chain)
    other = Pipeline("other").add_step(chain.steps[0]).run()
    assert recorded(chain.rerun(first.run_id[:-1])).resumed_from == first.run_id
    assert other.run_id > second.run_id
    result = chain.rerun("latest", from_step="load")
    assert recorded(result).resumed_from > second.run_id
    with pytest.raises(UnknownRunError, match=f"several runs begin with '2': {first.run_id}, "):
        chain.rerun("2")


def test_an_unknown_run_or_step_names_near_ones(chain):
    with pytest.raises(UnknownRunError, match="nothing has been recorded yet"):
        chain.rerun("latest")
    first = chain.run()
    with pytest.raises(UnknownRunError, match=f"did you mean '{first.run_id}'"):
        chain.rerun(f"{first.run_id}x")
    with pytest.raises(UsageError, match=r"'chain' has no step 'ad'; did you mean 'add'\?"):
        chain.rerun(first.run_id, from_step="ad")


def test_a_run_of_another_pipeline_is_refused(chain):
    other = Pipeline("other").add_step(chain.steps[0]).run()
    with pytest.raises(UsageError, match="is of the pipeline 'other', not 'chain'"):
        chain.rerun(other.run_id)


def test_without_checkpoints_there_is_no_rerun(chain):
    off = Pipeline("chain", enable_checkpointing=False).add_steps(chain.steps)
    run = off.run()
    assert recorded(run).checkpointing is False
    with pytest.raises(UsageError, match="'chain' has enable_checkpointing=False"):
        off.rerun(run.run_id)
    with pytest.raises(UsageError, match="made with enable_checkpointing=False"):
        chain.rerun(run.run_id)


def test_a_run_that_still_runs_is_refused(ran):
    @step
    def ask(run_id: str = ""):
        with RunRecords(".flowyml/metadata.db") as records:
            own = records.list()[0].run_id
        pipeline.rerun(own)

    pipeline = Pipeline("p").add_step(ask)
    result = pipeline.run()
    assert "is still running, in process" in result.step_results["ask"].error


def test_another_place_may_be_named(chain, tmp_path):
    elsewhere = LocalStack(tmp_path / "else" / "artifacts", tmp_path / "else" / "records.db")
    failed = failed_run(chain, stack=elsewhere)
    assert chain.rerun(failed.run_id, stack=elsewhere).success
    assert [path.name for path in Path(".flowyml").iterdir()] == ["cache"]


def test_debug_reruns_raise_where_they_fail(chain, ran):
    failed = failed_run(chain)
    Path("broken").touch()
    with pytest.raises(RuntimeError, match="broken"):
        chain.rerun(failed.run_id, debug=True)
    assert ran["load"] == 1
