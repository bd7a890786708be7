"""Generated pipelines, compiled and run in one real Airflow, do what the local runner does.

`FLOWYML_PROPERTY_RUNS=1000 pytest tests/properties/test_airflow.py` runs as many as you like, and
`FLOWYML_PROPERTY_AIRFLOW=2.11` in the environment of that version.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowyml.engine import execute
from flowyml.frontend.loader import load_file
from flowyml.frontend.trace import functions
from flowyml.review.compare import compare
from flowyml.review.compile import compile_ir
from flowyml.review.targets import resolve
from flowyml.storage import ArtifactStore
from tests.conformance.runs import PYTHONS, trace_of
from tests.properties.strategy import cases, runs

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(0)]
(TARGET,) = resolve([f"airflow=={os.environ.get('FLOWYML_PROPERTY_AIRFLOW', '3.3')}"])


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "flowyml.yaml").touch()
    return folder


@pytest.fixture(scope="module")
def airflow(project, tmp_path_factory):
    from flowyml_airflow.trial import AirflowSession

    with AirflowSession(
        tmp_path_factory.mktemp("airflow"),
        project,
        python=PYTHONS.get(TARGET.name),
        version=TARGET.version,
    ) as session:
        yield session


@pytest.mark.parametrize("case", cases(runs()), ids=lambda case: case.name)
def test_a_generated_pipeline_does_the_same(case, airflow, project, tmp_path, monkeypatch):
    monkeypatch.chdir(project)
    file = project / f"airflow_{case.name}.py"
    file.write_text(case.to_source())
    pipeline = load_file(file).module.pipeline
    ir = pipeline.build()
    reference = trace_of(
        execute(
            ir,
            functions(pipeline),
            store=ArtifactStore(tmp_path / "store"),
            context=case.context(folder(tmp_path / "local")),
        )
    )
    (made,) = compile_ir(ir, [TARGET], ())
    trace = airflow.run(ir, made.artifacts, context=case.context(folder(tmp_path / "airflow")))
    differences = compare(reference, trace, ir=ir, target=made.target)
    assert not differences, "\n".join([*map(str, differences), case.to_source(), trace.log[-4000:]])


def folder(path: Path) -> Path:
    path.mkdir()
    return path
