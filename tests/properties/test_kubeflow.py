"""Generated pipelines, compiled to Kubeflow, do in the simulator what they do here.

There are two hundred, or as many as FLOWYML_PROPERTY_RUNS says.

The containers' commands are called in this process, one after the other: what a process of its own
means is the conformance suite's matter, and each would cost half a second here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from flowyml.backend import TrialRequest
from flowyml.engine import execute
from flowyml.frontend.loader import load_file
from flowyml.frontend.project import working_directory
from flowyml.frontend.trace import functions
from flowyml.review.compare import compare
from flowyml.review.compile import compile_ir
from flowyml.review.targets import resolve
from flowyml.storage import ArtifactStore
from flowyml_kubeflow.simulate import starting
from flowyml_kubeflow.worker import main
from tests.conformance.runs import trace_of
from tests.properties.generated import Generated
from tests.properties.strategy import cases, runs

WORKER = ["-m", "flowyml.runtime", "kubeflow"]
_one_at_a_time = threading.Lock()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    (folder / "pyproject.toml").touch()
    return folder


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call the worker instead of starting it."""
    started = SimpleNamespace(call=_call, DEVNULL=None, STDOUT=None)
    monkeypatch.setattr(starting, "subprocess", started)


def _call(words: Sequence[str], *, env: Mapping[str, str], **_rest: Any) -> int:
    assert words[1:4] == WORKER
    with _one_at_a_time, patch.dict(os.environ, env):
        return main(words[4:])


def trials() -> Iterator[object]:
    """Give each pipeline for the usual target, and those with maps also where maps are loops."""
    for case in cases(runs()):
        yield pytest.param(case, "kubeflow==2.5", id=case.name)
        if "@map_task" in case.to_source():
            yield pytest.param(case, "kubeflow==2.14", id=f"{case.name}-loops")


@pytest.mark.parametrize(("case", "target"), list(trials()))
@pytest.mark.usefixtures("in_this_process")
def test_a_generated_pipeline_does_the_same(
    case: Generated, target: str, project: Path, tmp_path: Path
) -> None:
    file = project / f"kubeflow_{case.name}.py"
    file.write_text(case.to_source())
    pipeline = load_file(file).module.pipeline
    ir = pipeline.build()
    with working_directory(project):
        reference = execute(
            ir,
            functions(pipeline),
            store=ArtifactStore(str(tmp_path / "artifacts")),
            context=case.context(_folder(tmp_path / "here")),
            workers=1,
        )
    (made,) = compile_ir(ir, resolve([target]), ("FML302",))
    request = TrialRequest(
        workdir=_folder(tmp_path / "run"),
        project=project,
        context=case.context(_folder(tmp_path / "there")),
    )
    trace = made.target.backend.simulate(ir, made.artifacts, request)
    differences = compare(trace_of(reference), trace, ir=ir, target=made.target)
    assert not differences, "\n".join([*map(str, differences), trace.log[-3000:]])


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
