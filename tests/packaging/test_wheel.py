"""The wheel holds all of the project and nothing else, and works where it is installed."""

from __future__ import annotations

import json
import venv
import zipfile
from pathlib import Path

import pytest

import flowyml
from tests.packaging.project import PACKAGES, ROOT, SOURCE_ROOTS, built_wheel, run, shipped

BACKENDS = ["airflow", "ir", "kubeflow", "local"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A fresh environment with flowyml installed; what it depends on is this environment's."""
    folder = tmp_path_factory.mktemp(request.param)
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin/python"
    (own,) = folder.glob("lib/python3*/site-packages")
    # After its own site-packages, and without reading the .pth files there: this environment's
    # editable flowyml is not seen.
    (own / "dependencies.pth").write_text(str(Path(pytest.__file__).parents[1]) + "\n")
    what = [wheel] if request.param == "wheel" else ["-e", ROOT]
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    run(*pip, "--ignore-installed", "--no-deps", "--no-build-isolation", *what, cwd=folder)
    return folder


def test_the_wheel_holds_every_file_of_every_package(wheel: Path) -> None:
    held = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert held == shipped()
    assert {f"{package.name}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_carries_the_licence_and_the_entry_points(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    info = f"flowyml-{flowyml.__version__}.dist-info"
    assert archive.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    entry_points = archive.read(f"{info}/entry_points.txt").decode()
    assert "[flowyml.backends]" in entry_points
    assert "[flowyml.workers]" in entry_points


def test_the_command_line_works(installed: Path) -> None:
    text = run(installed / "bin/flowyml", "--help", cwd=installed)
    for command in ("run", "compile", "check", "verify", "graph"):
        assert f"\n  {command} " in text


def test_every_backend_is_found_and_loads(installed: Path) -> None:
    code = (
        "import flowyml, json\n"
        "from flowyml.registry import backend_names, load_backend\n"
        "names = [load_backend(name).name for name in backend_names()]\n"
        "print(json.dumps([flowyml.__file__, names]))"
    )
    file, names = json.loads(run(installed / "bin/python", "-c", code, cwd=installed))
    assert names == BACKENDS
    assert [root for root in (*SOURCE_ROOTS, installed) if root in Path(file).parents]


def test_worker_adapters_are_found(installed: Path) -> None:
    code = (
        "from importlib.metadata import entry_points\n"
        "print(*sorted(p.load().__module__ for p in entry_points(group='flowyml.workers')))"
    )
    assert run(installed / "bin/python", "-c", code, cwd=installed) == (
        "flowyml_airflow.container flowyml_kubeflow.worker\n"
    )
