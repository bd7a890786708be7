"""Pods that share a store take from its cache what a second run on this machine would take."""

from __future__ import annotations

import pytest

from flowyml.backend import CompileOptions, TrialRequest
from flowyml.engine import execute
from flowyml.frontend.project import working_directory
from flowyml.frontend.trace import functions
from flowyml.ir import in_full
from flowyml.review.compare import compare
from flowyml.runtime import Cache
from flowyml.storage import ArtifactStore
from flowyml.storage.cache import CacheIndex
from flowyml_kubeflow import KubeflowBackend
from tests.conformance.cases import CASES
from tests.conformance.runs import trace_of

CACHED = ("cached", "typed_assets")


@pytest.mark.parametrize("case", [c for c in CASES if c.name in CACHED], ids=lambda c: c.name)
def test_a_second_run_takes_what_the_first_has_made(runs, case, tmp_path):
    _second_takes_from_first(runs, case, str(tmp_path / "shared"), tmp_path)


def test_so_they_do_where_the_store_is_on_s3(runs, bucket, tmp_path):
    (case,) = (each for each in CASES if each.name == "cached")
    _second_takes_from_first(runs, case, f"{bucket}/team/värde", tmp_path)


def _second_takes_from_first(runs, case, store, tmp_path):
    here = [trace_of(_run_here(runs, case, tmp_path)) for _ in range(2)]
    pods = [_run_in_pods(runs, case, store, tmp_path, number) for number in range(2)]

    for reference, trace in zip(here, pods, strict=True):
        differences = compare(reference, trace, ir=runs.pipeline(case).build())
        assert not differences, "\n".join([*map(str, differences), "", trace.log[-4000:]])
    states = {name: step.state for name, step in pods[1].steps.items()}
    assert states == {name: step.state for name, step in here[1].steps.items()}
    assert "CACHED" in states.values()
    assert "CACHED" not in {step.state for step in pods[0].steps.values()}
    assert "is not run: what it gives is in the cache" in pods[1].log
    assert "is not run" not in pods[0].log


def _run_here(runs, case, folder):
    pipeline = runs.pipeline(case)
    store = ArtifactStore(str(folder / "here"))
    cache = Cache(CacheIndex(str(folder / "cache")), store)
    with working_directory(runs.project):
        return execute(
            pipeline.build(),
            functions(pipeline),
            store=store,
            context=case.context,
            cache=cache,
        )


def _run_in_pods(runs, case, store, folder, number):
    """Compile with a store, and run what was compiled, in a folder that the next run never sees."""
    backend, ir = KubeflowBackend(), runs.pipeline(case).build()
    options = CompileOptions(version="2.5", allow=frozenset({"FML302"}), store=store)
    request = TrialRequest(
        workdir=folder / f"run-{number}", project=runs.project, context=in_full(ir, case.context)
    )
    request.workdir.mkdir()
    return backend.simulate(ir, backend.compile(ir, options), request)
