"""A compiled DAG whose steps run in another Python of the worker's machine."""

from __future__ import annotations

import json
import sqlite3
import sys
import venv
from contextlib import closing
from pathlib import Path

import pytest

from flowyml.storage import load_value
from tests.containers.apart import EXPECTED, TEXT, compiled, project, states

pytest.importorskip("airflow.providers.standard")
pytestmark = pytest.mark.slow


def other_python(folder: Path) -> Path:
    """Make an environment of its own that sees this one's packages."""
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/*/site-packages")
    (site / "shared.pth").write_text("".join(f"{path}\n" for path in sys.path if path))
    return folder / "bin" / "python"


def test_steps_run_in_another_python_with_the_code_that_came_along(tmp_path, monkeypatch):
    from flowyml_airflow import AirflowSession

    python = other_python(tmp_path / "other")
    settings = {
        "run_in": "python",
        "python": str(python),
        "environment": {"FLOWYML_ARTIFACT_STORE": str(tmp_path / "store")},
        "outlets": True,
        "steps": {"load": {"run_in": "process"}},
    }
    written = tmp_path / "project"
    written.mkdir()
    folder = project(written, "in_python", code="bundle", airflow=settings)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FLOWYML_CODE", str(tmp_path / "code"))
    ir, artifacts = compiled(folder, "in_python")
    elsewhere, work = tmp_path / "elsewhere", tmp_path / "work"
    elsewhere.mkdir()
    work.mkdir()
    (folder / "in_python.py").unlink()  # there is nothing but what came along

    with AirflowSession(work, elsewhere) as airflow:
        trace = airflow.run(ir, artifacts, context={"n": 3})

    assert states(trace) == EXPECTED, trace.log
    assert load_value(trace.assets["text"]) == TEXT
    assert told(work) == {name: each.to_dict() for name, each in trace.assets.items()}
    assert load_value(trace.assets["place"])[0] == str(tmp_path / "other")
    assert [each.name for each in (tmp_path / "code").iterdir()] == [
        digest_of(artifacts[1].content)
    ]


def told(work: Path) -> dict[str, dict[str, object]]:
    """Read the extras of the events that Airflow has of assets, by their names."""
    asked = "select uri, asset_event.extra from asset_event join asset on asset.id = asset_id"
    with closing(sqlite3.connect(work / "home" / "airflow.db")) as database:
        found = {
            uri.rpartition("/")[2]: json.loads(extra) for uri, extra in database.execute(asked)
        }
    return found


def digest_of(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()
