"""Which run `Pipeline.rerun` goes on from, and when it refuses (docs/semantics.md §4.4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowyml import LocalStack, Pipeline, UsageError, step
from flowyml.storage.records import RunRecords, UnknownRunError
from tests.language.reruns import failed_run, recorded


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


def test_checkpointing_is_on_or_off():
    with pytest.raises(TypeError, match="enable_checkpointing="):
        Pipeline("p", enable_checkpointing="no")
