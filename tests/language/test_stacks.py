"""Stacks of `flowyml.yaml` in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowyml import LocalStack, Pipeline, Step, UsageError, load_stack

FILE = """
stacks:
  first: {artifact_store: first, metadata_path: first.db}
  second: {artifact_store: second, metadata_path: second.db}
  far: {orchestrator: {type: airflow}}
"""


@pytest.fixture(autouse=True)
def _file(monkeypatch):
    monkeypatch.delenv("FLOWYML_STACK", raising=False)
    Path("flowyml.yaml").write_text(FILE)


def made(**keywords) -> Pipeline:
    return Pipeline("p", enable_cache=False, **keywords).add_step(Step(lambda: 1, name="one"))


def used() -> set[str]:
    return {path.name for path in Path().iterdir()} - {"flowyml.yaml"}


@pytest.mark.parametrize("chosen", ["second", None])
def test_a_run_is_recorded_where_its_stack_says(chosen):
    assert made(stack="first").run(stack=chosen).success
    place = chosen or "first"
    assert used() == {place, f"{place}.db"}


def test_the_variable_counts_where_neither_run_nor_pipeline_says(monkeypatch):
    monkeypatch.setenv("FLOWYML_STACK", "second")
    assert made().run().success
    assert used() == {"second", "second.db"}
    assert made(stack=LocalStack("own", "own.db")).run().success
    assert used() == {"second", "second.db", "own", "own.db"}


def test_versions_statistics_and_reruns_follow_the_stack():
    pipeline = made(stack="first", version="v1")
    run = pipeline.run()
    assert pipeline.list_versions() == ["v1"]
    assert pipeline.list_versions(stack="second") == []
    assert pipeline.cache_stats()["misses"] == 1
    assert pipeline.rerun(run.run_id).success
    with load_stack("first").local().records() as records:
        assert len(records.list(limit=None)) == 2


def test_a_pipeline_is_compiled_for_a_stack():
    far = load_stack("far")
    files = made_of_steps().compile(far.target, allow=far.allow)
    assert "p.airflow.py" in files


def made_of_steps() -> Pipeline:
    return Pipeline("p").add_step(Step(reached, name="one"))


def reached() -> None:
    return None


@pytest.mark.parametrize(
    ("stack", "said"),
    [("far", "'far' says no dags_folder and url, which deploying"), ("frist", "did you mean")],
)
def test_nothing_runs_on_what_is_not_there(stack, said):
    with pytest.raises(UsageError, match=said):
        made_of_steps().run(stack=stack)
    assert used() == set()
