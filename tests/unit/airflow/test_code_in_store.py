"""`code: bundle` for containers: the project's code comes through the artifact store."""

from __future__ import annotations

import dataclasses
import hashlib
import sys

import pytest

from flowyml.backend import Bundle
from flowyml.deploy import TargetError, prepare
from flowyml.frontend.loader import load_file
from flowyml.review.bundle import bundle, put
from flowyml.runtime.bundle import BundleError, import_from_store
from flowyml.stacks import Stack
from flowyml_airflow import AirflowBackend
from flowyml_airflow.container import fetch
from flowyml_airflow.deploying import deploy
from tests.http_server import serving
from tests.unit.airflow.far_airflow import FarAirflow
from tests.unit.airflow.irs import OPTIONS, node, pipeline

BACKEND = AirflowBackend()
PACKED = Bundle(data=b"packed", digest=hashlib.sha256(b"packed").hexdigest())
NAME = PACKED.path("training.airflow")
SOURCE = """
from flowyml import Pipeline, step

@step(outputs=["number"])
def make():
    return 1

pipeline = Pipeline("code_in_store").add_step(make)
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A project of one module, which nothing but its bundle leads to."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flowyml.yaml").touch()
    (folder / "code_in_store.py").write_text(SOURCE)
    monkeypatch.setenv("FLOWYML_CODE", str(tmp_path / "unpacked"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield load_file(folder / "code_in_store.py").module
    sys.modules.pop("code_in_store", None)


def options(store="s3://bucket/runs", **settings):
    return dataclasses.replace(
        OPTIONS, settings=settings, store=store, image="team/train:3", code="bundle", bundle=PACKED
    )


def text(**settings):
    made, code = BACKEND.compile(pipeline(node("load"), node("tell")), options(**settings))
    assert (code.path, code.data) == (NAME, PACKED.data)
    return made.text


@pytest.mark.parametrize("place", ["docker", "kubernetes"])
def test_containers_are_told_its_name_and_digest(place):
    found = text(run_in=place, steps={"tell": {"run_in": "process"}})
    assert f"# code: {NAME}, beside this file; for containers in code/ of the artifact s" in found
    assert f"""'{{"name": "{NAME}", "sha256": "{PACKED.digest}"}}'""" in found
    assert "CODE = str(Path(__file__)" in found
    assert "CODE" not in text(run_in=place)


def test_without_a_store_that_both_reach_it_is_refused():
    def refused(store, **settings):
        found = BACKEND.diagnose(pipeline(node("load")), options(store, **settings))
        return " ".join(each.message for each in found)

    elsewhere = {"environment": {"FLOWYML_ARTIFACT_STORE": "s3://other"}}
    assert "there is no artifact_store: that it" in refused(None, run_in="docker", **elsewhere)
    assert "lost with its pod" in refused("/data", run_in="kubernetes", **elsewhere)
    assert refused("s3://bucket", run_in="kubernetes", **elsewhere) == ""


def test_what_was_put_there_is_imported(module, tmp_path):
    packed = bundle(module.pipeline)
    for store in (str(tmp_path / "store"), "memory://code-in-store"):
        put(store, "p.zip", packed.data)
        put(store, "p.zip", packed.data)
        sys.modules.pop("code_in_store")
        fetch({"name": "p.zip", "sha256": packed.digest}, store)
        found = __import__("code_in_store")
        assert found.__file__.startswith(str(tmp_path / "unpacked"))
    fetch(None, None)


def test_what_is_not_what_was_compiled_is_not_imported(tmp_path):
    put(str(tmp_path), "p.zip", b"other")
    with pytest.raises(BundleError, match=r"'.*/code/p\.zip' is not what was compiled"):
        import_from_store(str(tmp_path), "p.zip", PACKED.digest)
    with pytest.raises(BundleError, match=r"code/none\.zip', cannot be read: .*'flowyml deploy'"):
        import_from_store(str(tmp_path), "none.zip", PACKED.digest)


def test_deploying_puts_it_there_and_a_store_that_refuses_stops_it(module, tmp_path, monkeypatch):
    pytest.importorskip("httpx")
    monkeypatch.setattr("flowyml_airflow.deploying.BETWEEN", 0.0)
    (tmp_path / "dags").mkdir()
    store = tmp_path / "store"
    airflow = FarAirflow(tmp_path / "dags")
    with serving(airflow) as url:
        section = {"url": url, "dags_folder": "dags", "run_in": "docker", "parse_timeout": 1}
        section["docker"] = {"mounts": [{"source": str(store), "target": str(store)}]}
        stack = Stack(
            name="far",
            orchestrator="airflow",
            folder=tmp_path,
            artifact_store=str(store),
            image="team/train:3",
            code="bundle",
            sections={"airflow": section},
        )
        delivery, _ = prepare(module.pipeline, stack)
        store.touch()
        with pytest.raises(TargetError, match=r"cannot be put into .*; nothing was deployed"):
            deploy(delivery)
        assert [*airflow.folder.iterdir()] == []
        store.unlink()
        with pytest.raises(TargetError, match="has not taken it within 1 s"):
            deploy(delivery)  # this far Airflow has another DAG alone
    packed = bundle(module.pipeline)
    put_there = store / "code" / packed.path("code_in_store.airflow")
    assert put_there.read_bytes() == packed.data
