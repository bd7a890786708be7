"""`Pipeline.replay`: one step of an earlier run again, with what it was given there."""

from __future__ import annotations

import gc
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import pytest

from flowyml import Pipeline, RunDate, context, dynamic, map_task, step, unless, when
from flowyml.diagnostics import UsageError
from flowyml.storage import MissingBlobError
from flowyml.storage.records import UnknownRunError
from tests.language.reruns import failed_run, recorded


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """Where replays keep what they make."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def kept():
    """Give all that is kept of runs: their records, and the stored values."""
    values = [path for path in Path(".flowyml/artifacts").rglob("*") if path.is_file()]
    return sorted(values)


def test_a_failed_step_runs_again_on_the_same_values_once_it_is_mended(chain, ran):
    failed = failed_run(chain)
    before = kept(), recorded(failed)
    done = chain.replay(failed.run_id, "add")
    assert (done.state, done.output, done.attempts) == ("SUCCEEDED", 3, 1)
    assert ran == {"load": 1, "add": 2}
    assert (kept(), recorded(failed)) == before
    assert chain.replay("latest", "add").output == 3


def test_it_reads_what_that_run_was_given_and_not_what_the_pipeline_says_now():
    @step(outputs=["told"])
    def tell(count: int, unit: str, day: RunDate, given):
        return f"{count} {unit} {given} {day:%Y-%m-%d}"

    pipeline = Pipeline("told", context=context(count=1, unit="m")).add_step(tell)
    date = datetime(2025, 1, 31, tzinfo=timezone.utc)
    run = pipeline.run(inputs={"given": "x"}, context={"count": 5}, run_date=date)
    later = Pipeline("told", context=context(count=2, unit="km", more=1)).add_step(tell)
    assert later.replay(run.run_id, "tell").output == "5 m x 2025-01-31"


def test_a_parameter_that_the_run_did_not_know_has_its_value_of_now():
    def make(**values):
        @step(outputs=["told"], name="tell")
        def tell(count: int):
            return count

        @step(outputs=["told"], name="tell")
        def tell_more(count: int, more: int):
            return count + more

        return Pipeline("grown", context=context(count=1, **values)).add_step(
            tell_more if values else tell
        )

    run = make().run(context={"count": 7})
    assert make(more=100).replay(run.run_id, "tell").output == 107


def test_what_fails_again_is_a_result_and_with_debug_an_exception(ran):
    @step(retry=2)
    def fail():
        ran["fail"] += 1
        raise LookupError("nothing there")

    pipeline = Pipeline("fails").add_step(fail)
    run = pipeline.run()
    ran.clear()
    done = pipeline.replay(run.run_id, "fail")
    assert (done.state, done.attempts, ran["fail"]) == ("FAILED", 3, 3)
    assert done.error.endswith("LookupError: nothing there")
    with pytest.raises(LookupError, match="nothing there") as raised:
        pipeline.replay(run.run_id, "fail", debug=True)
    assert raised.traceback[-1].name == "fail"
    assert ran["fail"] == 4


def test_no_cache_stands_in_for_the_step():
    @step(outputs=["drawn"], cache=True)
    def draw():
        with Path("draws").open("a") as file:
            file.write(".")
            return file.tell()

    pipeline = Pipeline("draws").add_step(draw)
    assert pipeline.run()["draw"] == 1
    assert pipeline.run()["draw"] == 1
    assert pipeline.replay("latest", "draw").output == 2
    assert pipeline.run()["draw"] == 1


@step(outputs=["rows"])
def load(count: int):
    return list(range(count))


def is_large(rows):
    return len(rows) > 2


@step(inputs=["rows"], outputs=["size"])
@when(is_large)
def large(rows):
    return "large"


@step(inputs=["rows"], outputs=["size"])
@unless(is_large)
def small(rows):
    return "small"


@step(inputs=["rows"], outputs=["odd"])
@when(lambda rows: len(rows) % 2 == 1)
def only_odd(rows):
    return "odd"


@step(inputs=["size", "odd"], outputs=["told"])
def tell(size, odd="even"):
    return f"{size}, {odd}"


def branches():
    return Pipeline("branches", context=context(count=4)).add_steps(
        [load, large, small, only_odd, tell]
    )


@pytest.mark.parametrize(("count", "told"), [(4, "large, even"), (1, "small, odd")])
def test_it_reads_from_whichever_producer_ran_and_does_without_what_was_skipped(count, told):
    run = branches().run(context={"count": count})
    assert run["tell"] == told
    assert branches().replay(run.run_id, "tell").output == told


def test_a_condition_holds_here_as_it_held_there():
    run = branches().run()
    assert branches().replay(run.run_id, "small").state == "SKIPPED"
    assert branches().replay(run.run_id, "large").output == "large"


@step(outputs=["sixfold"], timeout=600)
def six(number: int):
    return number * 6


@map_task(inputs=["rows"], outputs=["squares"])
def square(row):
    return row * row


@dynamic(inputs=["rows"], outputs=["sum"])
def spread(rows):
    @step(outputs=["sum"])
    def add():
        return sum(rows)

    return Pipeline("inner").add_step(add)


def test_steps_of_every_kind():
    pipeline = Pipeline("kinds", context=context(count=3, number=7))
    run = pipeline.add_steps([load, six, square, spread]).run()
    assert pipeline.replay(run.run_id, "six").output == 42
    assert pipeline.replay(run.run_id, "square", debug=True).output.results == [0, 1, 4]
    built = pipeline.replay(run.run_id, "spread")
    assert (built.output, built.nested["add"].state) == (3, "SUCCEEDED")
    for name in ("add", "spread.add"):
        with pytest.raises(UsageError, match="'spread' built as it ran; replay 'spread'"):
            pipeline.replay(run.run_id, name)


def test_a_step_of_a_part():
    part = Pipeline("part", context=context(count=2)).add_step(load)
    whole = Pipeline("whole").add_sub_pipeline(part)
    run = whole.run(context={"count": 3})
    assert whole.replay(run.run_id, "part.load").output == [0, 1, 2]


def test_a_changed_step_is_told_of(caplog):
    def make(factor):
        @step(outputs=["told"], name="tell")
        def once():
            return 1

        @step(outputs=["told"], name="tell")
        def twice():
            return 2

        return Pipeline("changing").add_step(once if factor == 1 else twice)

    run = make(1).run()
    assert make(1).replay(run.run_id, "tell").output == 1
    assert "has changed" not in caplog.text
    assert make(2).replay(run.run_id, "tell").output == 2
    assert f"step 'tell' has changed since run {run.run_id}" in caplog.text


def test_what_cannot_be_replayed_says_why(chain):
    failed = failed_run(chain)
    run = failed.run_id
    with pytest.raises(UsageError, match="has no step 'ad'; did you mean 'add'"):
        chain.replay(run, "ad")
    with pytest.raises(UsageError, match=r"'total' of 'add', which is FAILED in .*'add' first"):
        chain.replay(run, "describe")
    with pytest.raises(UnknownRunError, match="no run 'nothing'"):
        chain.replay("nothing", "add")
    with pytest.raises(UsageError, match="is of the pipeline 'chain', not 'other'"):
        Pipeline("other").add_step(load).replay(run, "load")
    with pytest.raises(TypeError, match="debug="):
        chain.replay(run, "add", debug="yes")


def test_a_pipeline_that_has_changed_too_much_says_so(chain):
    run = chain.run()

    @step(outputs=["lines"], name="load")
    def load_lines():
        return []

    @step(outputs=["fresh"])
    def begin():
        return 1

    @step(inputs=["lines", "fresh"])
    def end(lines, fresh):
        return None

    @step(inputs=["fresh"])
    def use(fresh):
        return None

    changed = Pipeline("chain").add_steps([load_lines, begin, end, use])
    with pytest.raises(UsageError, match=r"'lines' of 'load', which gave 'rows' in run .*changed"):
        changed.replay(run.run_id, "end")
    with pytest.raises(UsageError, match=r"'fresh' of 'begin', which run .* did not have"):
        changed.replay(run.run_id, "use")


def test_values_that_are_gone_are_told_of_before_anything_runs(chain, ran):
    run = chain.run()
    for path in kept():
        path.unlink()
    ran.clear()
    with pytest.raises(MissingBlobError, match="is gone"):
        chain.replay(run.run_id, "add")
    assert not ran


def test_what_it_makes_is_kept_as_long_as_somebody_looks_at_it(chain, scratch):
    run = chain.run()
    done = chain.replay(run.run_id, "load")
    assert [*scratch.iterdir()]
    assert done.output == [0, 1, 2]
    del done
    gc.collect()
    assert not [*scratch.iterdir()]
