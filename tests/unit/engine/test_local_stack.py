from __future__ import annotations

import dataclasses

import pytest

from flowyml import LocalStack, Pipeline, step


@step
def one():
    return 1


def test_nothing_is_made_before_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pipeline = Pipeline("p", stack=LocalStack()).add_step(one)
    pipeline.build()
    LocalStack().artifacts()
    with LocalStack().records() as records:
        assert records.list() == ()
    assert list(tmp_path.iterdir()) == []


def test_relative_paths_are_of_the_time_of_the_run(tmp_path, monkeypatch):
    pipeline = Pipeline("p").add_step(one)
    monkeypatch.chdir(tmp_path)
    result = pipeline.run()
    assert (tmp_path / ".flowyml" / "metadata.db").is_file()
    assert result.step_results["one"].artifact_uri.startswith(str(tmp_path / ".flowyml"))


def test_the_runs_stack_is_taken_before_the_pipelines_for_that_run_only(tmp_path):
    mine = LocalStack(tmp_path / "mine", tmp_path / "mine.db")
    other = LocalStack(tmp_path / "other", tmp_path / "other.db")
    pipeline = Pipeline("p", stack=mine).add_step(one)
    pipeline.run(stack=other)
    assert not (tmp_path / "mine.db").exists()
    pipeline.run()
    with mine.records() as own, other.records() as others:
        assert (len(own.list()), len(others.list())) == (1, 1)


def test_an_artifact_path_may_be_a_url(tmp_path):
    stack = LocalStack("memory://stack", tmp_path / "metadata.db")
    result = Pipeline("p").add_step(one).run(stack=stack)
    assert result.step_results["one"].artifact_uri.startswith("memory://")
    assert result["one"] == 1


@pytest.mark.parametrize("field", ["artifact_path", "metadata_path"])
def test_what_is_no_path_is_refused(field):
    with pytest.raises(TypeError, match=f"{field}= takes a path, not int"):
        LocalStack(**{field: 1})
    with pytest.raises(ValueError, match=f"{field}= must not be empty"):
        LocalStack(**{field: ""})


def test_a_stack_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        LocalStack().artifact_path = "elsewhere"
