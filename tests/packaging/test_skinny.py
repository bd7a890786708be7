"""flowyml-skinny: the same code with fewer requirements, which say so where they do not do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import flowyml
from flowyml.diagnostics.missing import PACKAGES as OPTIONAL
from tests.benchmarks.installed import needed
from tests.docs.blocks import blocks
from tests.packaging.project import PIPELINE, ROOT, built_wheel, shipped
from tests.packaging.test_constraints import tomllib

SOURCE = ROOT / "templates" / "skinny"
PAGE = ROOT / "docs" / "diagnostics" / "FML401.md"
STACKS = """
stacks:
  far:
    orchestrator: {type: kubeflow, version: "2.14"}
    artifact_store: s3://bucket/runs
    kubeflow: {node_selector: {disk: fast}}
"""


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    return found


WHOLE, SKINNY = project(ROOT), project(SOURCE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_wheel(SOURCE, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment with the wheel, what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("skinny")
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    required: set[str] = set()
    for text in SKINNY["project"]["dependencies"]:
        needed(Requirement(text).name, required)
    files = {str(file) for name in required for file in distribution(name).files or ()}
    for top in {Path(file).parts[0] for file in files} - {".."}:
        (site / top).symlink_to(Path(str(distribution("click").locate_file(top))))
    script = folder / "bin" / "flowyml"
    module, _, function = SKINNY["project"]["scripts"]["flowyml"].partition(":")
    script.write_text(f"#!{folder}/bin/python\nfrom {module} import {function}\n{function}()\n")
    script.chmod(0o755)
    return script


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "light.py").write_text(PIPELINE)
    (tmp_path / "flowyml.yaml").write_text(STACKS)
    return tmp_path


def typed(line: str, command: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Type a line in a shell where `flowyml` is the skinny one."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "FLOWYML"))}
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", f"{line} 2>&1"],
        cwd=cwd,
        env={**kept, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_described_as_flowyml_is() -> None:
    for key in ("requires-python", "license", "scripts", "entry-points", "classifiers", "dynamic"):
        assert SKINNY["project"][key] == WHOLE["project"][key], key
    versions = [ROOT / WHOLE["tool"]["hatch"]["version"]["path"]]
    versions.append(SOURCE / SKINNY["tool"]["hatch"]["version"]["path"])
    assert len({file.resolve() for file in versions}) == 1


def test_with_all_extras_it_requires_what_flowyml_does() -> None:
    extras = SKINNY["project"]["optional-dependencies"]
    (others,) = [text for text in extras["all"] if text.startswith(SKINNY["project"]["name"])]
    held = {*SKINNY["project"]["dependencies"], *extras["all"]} - {others}
    held |= {text for name in Requirement(others).extras for text in extras[name]}
    assert held == {*WHOLE["project"]["dependencies"]}
    for name in extras.keys() - {"all", *Requirement(others).extras}:
        assert extras[name] == WHOLE["project"]["optional-dependencies"][name]


def test_each_package_that_can_be_missing_is_in_the_extra_that_is_named() -> None:
    for package in OPTIONAL.values():
        for found, asked in ((SKINNY, True), (WHOLE, package.optional)):
            texts = found["project"]["optional-dependencies"][package.extra] if asked else []
            names = {Requirement(text).name.lower() for text in texts}
            assert (package.name.lower() in names) is asked


def test_its_wheel_holds_what_flowymls_does(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    info = f"flowyml_skinny-{flowyml.__version__}.dist-info"
    assert {name for name in names if not name.startswith(info)} == shipped()
    assert f"{info}/licenses/LICENSE" in names


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("flowyml --version", f"flowyml {flowyml.__version__}"),
        ("flowyml compile --help", "Usage: flowyml compile"),
        ("flowyml graph light.py", "2. show (depends on: make)"),
        ("flowyml check light.py --target kubeflow --target ir", "no problems found"),
        ("flowyml check light.py --stack far", "no problems found"),
        ("flowyml stack validate", "no mistakes"),
        ("flowyml stack show far", "node_selector.disk: fast"),
        ("flowyml compile light.py --stack far -o out", "out/light.kubeflow.yaml"),
        ("flowyml compile light.py --target ir -o out", "out/light.ir.json"),
        (
            "flowyml compile light.py --target kubeflow -o out && sed -i s/=1/=11/ light.py"
            " && ! flowyml compile light.py --target kubeflow -o out --check",
            "parameter start: default: 1 → 11",
        ),
        (
            "flowyml compile light.py --target kubeflow -o out"
            " && flowyml diff out/light.kubeflow.yaml light.py",
            "no differences",
        ),
    ],
)
def test_what_compiling_takes_is_whole(line: str, shown: str, command: Path, here: Path) -> None:
    done = typed(line, command, here)
    assert (done.returncode, shown in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    ("line", "extra"),
    [
        ("flowyml run light.py", "all"),
        ("flowyml run light.py --simulate kubeflow", "specs"),
        ("flowyml verify light.py --target kubeflow", "all"),
        ("flowyml verify light.py --target kubeflow --json", "specs"),
        ("flowyml compile light.py --target airflow", "airflow"),
        ("flowyml check light.py --target airflow --target kubeflow", "airflow"),
        ("echo '{}' > spec.yaml && flowyml check spec.yaml", "specs"),
        ("mkdir .flowyml && touch .flowyml/metadata.db && flowyml runs list", "all"),
    ],
)
def test_what_else_it_needs_is_said(line: str, extra: str, command: Path, here: Path) -> None:
    done = typed(line, command, here)
    assert "Traceback" not in done.stdout
    assert "error[FML401]" in done.stdout
    assert f"run pip install 'flowyml-skinny[{extra}]'" in done.stdout
    assert done.returncode in (2, 3)


def test_an_image_holds_more_than_is_here(command: Path, here: Path) -> None:
    done = typed("flowyml image light.py", command, here)
    assert done.returncode == 2
    assert "write the Dockerfile where flowyml is installed" in done.stdout


def test_a_run_in_python_ends_with_the_same(command: Path, here: Path) -> None:
    code = "import light; light.pipeline.run(stack='local')"
    done = typed(f'"{command.parent}/python" -c "{code}"', command, here)
    assert done.stdout.splitlines()[-1].startswith("flowyml.diagnostics.missing.MissingPackageErr")
    assert done.stdout.rstrip().endswith("run pip install 'flowyml-skinny[all]'")


def test_the_page_shows_what_it_says(command: Path, tmp_path: Path) -> None:
    (source,) = [block.text for block in blocks(PAGE) if block.language == "python"]
    (session,) = [block.text for block in blocks(PAGE) if block.language == "console"]
    (tmp_path / "train.py").write_text(source)
    (tmp_path / "flowyml.yaml").touch()
    lines = re.findall(r"(?m)^\$ (.+)$", session)
    shown = [f"$ {line}\n{typed(line, command, tmp_path).stdout}" for line in lines]
    assert "\n".join(shown) == session


@pytest.mark.parametrize(("other", "code"), [(flowyml.__version__, 0), ("99.0", 1)])
def test_both_at_once_are_refused_unless_they_are_equal(
    other: str, code: int, wheel: Path, tmp_path: Path
) -> None:
    info = tmp_path / f"flowyml_skinny-{other}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: flowyml-skinny\nVersion: {other}\n")
    entry_points = f"flowyml_skinny-{flowyml.__version__}.dist-info/entry_points.txt"
    (info / "entry_points.txt").write_bytes(zipfile.ZipFile(wheel).read(entry_points))
    search = [str(tmp_path), *filter(None, sys.path)]
    script = f"import sys; sys.path[:] = {search}; from flowyml.registry import *; backend_names()"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert ("'pip uninstall flowyml flowyml-skinny', and install one" in done.stderr) is bool(code)
