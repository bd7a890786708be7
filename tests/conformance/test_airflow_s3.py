"""A compiled DAG on a real Airflow, whose stack keeps values on S3: an S3-protocol server here."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowyml.backend import Trace
from flowyml.engine import execute
from flowyml.frontend.locate import locate
from flowyml.frontend.trace import functions
from flowyml.review.compare import compare
from flowyml.review.compile import compile_for
from flowyml.review.targets import of_stack
from flowyml.runtime import Cache
from flowyml.stacks import load_stack
from flowyml.storage import ArtifactStore, load_value
from flowyml.storage.cache import CacheIndex
from tests.conformance.runs import trace_of

pytestmark = [pytest.mark.slow, pytest.mark.airflow]
FILE = """\
stacks:
  far: {orchestrator: {type: airflow}, artifact_store: {env: TEAM_STORE}}
"""
SOURCE = '''
import pandas as pd

from flowyml import Dataset, Pipeline, context, map_task, on_failure, step, unless


@step(outputs=["table"], cache=True)
def read(rows: int) -> Dataset:
    return Dataset(pd.DataFrame({"n": range(rows), "ñ": ["é"] * rows}), name="table")


@step(inputs=["table"], outputs=["block", "names"])
def pack(table: pd.DataFrame):
    """One value that is fetched through a file, and one that is not."""
    return bytes(17 << 20), [f"{name} {n}" for name, n in zip(table["ñ"], table["n"])]


@map_task(inputs=["names"], outputs=["lengths"], min_success_ratio=0.5)
def measure(name: str) -> int:
    if name.endswith("1"):
        raise ValueError(name)
    return len(name)


@step(inputs=["block"], outputs=["extra"])
@unless(lambda block: block)
def never(block):
    raise AssertionError


@step(inputs=["lengths"], outputs=["mean"])
@on_failure(lambda error: str(error))
def average(lengths: list):
    raise OSError(f"{lengths}")


@step(inputs=["block", "mean"], outputs=["told"])
def tell(block, mean, extra=None):
    return f"{len(block)} {mean} {extra}"


pipeline = Pipeline("on_s3", context=context(rows=3)).add_steps(
    [read, pack, measure, never, average, tell]
)
'''


@pytest.fixture
def project(tmp_path, bucket, monkeypatch):
    """A project whose stack `far` names the bucket by a variable."""
    monkeypatch.setenv("TEAM_STORE", f"{bucket}/team/värde")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flowyml.yaml").write_text(FILE)
    (folder / "on_s3.py").write_text(SOURCE)
    monkeypatch.chdir(folder)
    return folder


def test_values_travel_through_s3_and_a_hit_comes_back_from_it(project, bucket, tmp_path):
    from flowyml_airflow import AirflowSession

    class AsDeployed(AirflowSession):
        """An Airflow whose workers know of no store but the one that the DAG names."""

        def _environment(self) -> dict[str, str]:
            ours = ("FLOWYML_ARTIFACT_STORE", "FLOWYML_CACHE")
            return {k: v for k, v in super()._environment().items() if k not in ours}

    pipeline = locate("on_s3.py").pipeline
    ir, (made,), _ = compile_for(pipeline, of_stack(load_stack("far")))
    (tmp_path / "work").mkdir()
    here = [_run_here(pipeline, tmp_path / "here") for _ in range(2)]
    with AsDeployed(tmp_path / "work", project) as airflow:
        there = [airflow.run(ir, made.artifacts) for _ in range(2)]

    assert 'STORE = {"env": "TEAM_STORE"}' in made.artifacts[0].text
    for reference, trace in zip(here, there, strict=True):
        differences = compare(reference, trace, ir=ir)
        assert not differences, "\n".join([*map(str, differences), "", trace.log[-4000:]])
    assert load_value(there[0].assets["told"]) == "17825792 [3, None, 3] None"
    first, second = ({name: ref.uri for name, ref in run.assets.items()} for run in there)
    assert all(uri.startswith(f"{bucket}/team/värde/") for uri in first.values()), first
    hits = {name for name, step in there[1].steps.items() if step.state == "CACHED"}
    assert hits == {"read", "pack", "tell"}
    assert second == first
    assert not (project / ".flowyml").exists()


def _run_here(pipeline, folder: Path) -> Trace:
    store = ArtifactStore(str(folder))
    cache = Cache(CacheIndex(str(folder / "cache")), store)
    return trace_of(execute(pipeline.build(), functions(pipeline), store=store, cache=cache))
