"""A compiled DAG whose steps run in containers, on a real Airflow and a real Docker.

The image knows nothing of the project: its code comes through the artifact store.
"""

from __future__ import annotations

import pytest

from flowyml.review.bundle import put
from flowyml.storage import load_value
from tests.containers.apart import EXPECTED, TEXT, compiled, project, states

pytest.importorskip("airflow.providers.docker")
pytestmark = pytest.mark.slow


def test_steps_run_in_containers(docker, image, tmp_path, monkeypatch):
    from flowyml_airflow import AirflowSession

    store = tmp_path / "store"
    store.mkdir()
    settings = {
        "run_in": "docker",
        "docker": {
            "url": docker.url,
            "network": "none",
            "mounts": [{"source": str(store), "target": str(store)}],
        },
        "steps": {"report": {"run_in": "process"}},
    }
    said = {"image": image, "artifact_store": str(store), "code": "bundle"}
    folder = project(tmp_path, "in_containers", **said, airflow=settings)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FLOWYML_ARTIFACT_STORE", str(store))
    ir, artifacts = compiled(folder, "in_containers")
    put(str(store), artifacts[1].path, artifacts[1].content)
    work = tmp_path / "work"
    work.mkdir()

    with AirflowSession(work, folder) as airflow:
        trace = airflow.run(ir, artifacts, context={"n": 3})

    assert states(trace) == EXPECTED, trace.log
    assert load_value(trace.assets["text"]) == TEXT
    assert load_value(trace.assets["place"])[1]
    assert trace.steps["length"].items == (3, 3)
    assert trace.steps["fragile"].recovered
