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


def test_steps_run_in_containers_with_a_folder_that_is_mounted(
    docker, image, tmp_path, monkeypatch
):
    store = tmp_path / "store"
    store.mkdir()
    mounts = [{"source": str(store), "target": str(store)}]
    trace = run_in(
        "in_containers",
        {"url": docker.url, "network": "none", "mounts": mounts},
        image=image,
        store=str(store),
        folder=tmp_path,
        monkeypatch=monkeypatch,
    )
    assert load_value(trace.assets["text"]) == TEXT


def test_their_code_and_their_values_come_through_s3(
    docker, image_for_s3, tmp_path, bucket, s3, monkeypatch
):
    trace = run_in(
        "in_containers_on_s3",
        {"url": docker.url, "network": "host"},
        image=image_for_s3,
        store=f"{bucket}/runs",
        folder=tmp_path,
        monkeypatch=monkeypatch,
        environment=s3,
    )
    assert load_value(trace.assets["text"]) == TEXT
    made = {name: ref.uri for name, ref in trace.assets.items() if name != "text"}  # in a process
    assert all(uri.startswith(f"{bucket}/runs/") for uri in made.values()), made


def run_in(module, docker, *, image, store, folder, monkeypatch, **settings):
    """Compile for a stack, put the code where it says, run all steps but one in containers."""
    from flowyml_airflow import AirflowSession

    steps = {"report": {"run_in": "process"}}
    section = {"run_in": "docker", "docker": docker, "steps": steps, **settings}
    said = {"image": image, "artifact_store": store, "code": "bundle"}
    project(folder, module, **said, airflow=section)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FLOWYML_ARTIFACT_STORE", store)
    ir, artifacts = compiled(folder, module)
    put(store, artifacts[1].path, artifacts[1].content)
    work = folder / "work"
    work.mkdir()
    with AirflowSession(work, folder) as airflow:
        trace = airflow.run(ir, artifacts, context={"n": 3})
    assert states(trace) == EXPECTED, trace.log
    assert load_value(trace.assets["place"])[1]
    assert trace.steps["length"].items == (3, 3)
    assert trace.steps["fragile"].recovered
    return trace
