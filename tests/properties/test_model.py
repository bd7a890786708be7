"""The runner does what a plain model of docs/semantics.md says, whatever the pipeline."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowyml.frontend.loader import load_file
from flowyml.runtime import Cache
from flowyml.storage import ArtifactStore
from flowyml.storage.cache import CacheIndex
from tests.properties.model import predict
from tests.properties.runner import Runner
from tests.properties.strategy import cases, pipelines


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    return Runner(tmp_path_factory.mktemp("generated"))


@settings(max_examples=200)
@given(pipelines(fail_fast=False), st.sampled_from([1, 2, 4]))
def test_the_runner_does_what_the_model_says(runner, pipeline, workers):
    assert runner.run(pipeline, workers=workers) == predict(pipeline)


def test_the_fixed_cases_do_too(runner):
    """They are drawn one by one, so that there is more variety among them."""
    for case in cases(100):
        case = dataclasses.replace(case, fail_fast=False)
        assert runner.run(case) == predict(case), case.to_source()


@settings(max_examples=80)
@given(pipelines(fail_fast=True), st.sampled_from([1, 4]))
def test_a_stop_leaves_some_steps_and_changes_no_other(runner, pipeline, workers):
    found = runner.run(pipeline, workers=workers)
    stopped = {name for name, step in found.items() if step.state == "NOT_RUN"}
    assert found == predict(pipeline, not_run=stopped)
    assert not stopped or "FAILED" in {step.state for step in found.values()}


@settings(max_examples=80)
@given(pipelines(fail_fast=False, gates=False), st.data())
def test_the_order_of_adding_changes_no_result(runner, pipeline, data):
    order = tuple(data.draw(st.permutations(pipeline.order)))
    other = dataclasses.replace(pipeline, order=order)
    assert runner.run(other) == runner.run(pipeline)


def test_a_case_is_written_as_a_module_that_means_the_same(tmp_path):
    (case,) = cases(1)
    file = tmp_path / f"{case.name}.py"
    file.write_text(case.to_source())
    written, made = load_file(file).module.pipeline.build(), case.to_pipeline().build()
    assert [(s.name, s.parameters, s.after) for s in written.steps] == [
        (s.name, s.parameters, s.after) for s in made.steps
    ]


def test_the_cache_changes_no_result(runner, tmp_path):
    """All cases share one cache, and each is run twice; their steps are called and look alike."""
    store = ArtifactStore(tmp_path / "artifacts")
    cache = Cache(CacheIndex(tmp_path / "cache"), store)
    hits = 0
    for case in cases(60):
        case = dataclasses.replace(case, name=f"cached_{case.name}", fail_fast=False)
        file = tmp_path / f"{case.name}.py"
        file.write_text(case.to_source())
        pipeline = load_file(file).module.pipeline
        cold, warm = (runner.run(case, pipeline=pipeline, store=store, cache=cache) for _ in "12")
        assert ends(cold) == ends(warm) == ends(predict(case)), case.to_source()
        hits += sum(step.state == "CACHED" for step in warm.values())
    assert hits


def ends(steps):
    """Give what a cache must not change: whether each step succeeded, and its values."""
    alike = {"CACHED": "SUCCEEDED"}
    return {name: (alike.get(step.state, step.state), step.values) for name, step in steps.items()}


def test_the_hash_seed_changes_no_result(tmp_path):
    printed = {replayed(tmp_path, seed) for seed in ("1", "2")}
    assert len(printed) == 1
    assert "SUCCEEDED" in printed.pop()


def replayed(folder, seed):
    """Run thirty cases in a process whose sets and dicts of text have an order of their own."""
    runs = folder / seed
    runs.mkdir()
    return subprocess.run(
        [sys.executable, "-m", "tests.properties.runner", "30", str(runs)],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
