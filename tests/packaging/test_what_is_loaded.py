"""What importing flowyml, and compiling with it, loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.project import PIPELINE, ROOT

HEAVY = {"airflow", "kfp", "pandas", "numpy", "pyarrow", "black", "sqlalchemy", "jinja2", "yaml"}


def loaded_by(code: str, *, cwd: Path) -> set[str]:
    """Name the modules that are loaded once the code has run in a process of its own."""
    script = f"{code}\nimport sys; print('\\0', *sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.partition("\0")[2].split())


def compile_for(target: str) -> str:
    return (
        "from flowyml.cli import main\n"
        "try:\n"
        f"    main(['compile', 'light.py', '--target', '{target}', '-o', 'out'])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "light.py").write_text(PIPELINE)
    return tmp_path


def test_importing_flowyml_loads_nothing_heavy(tmp_path: Path) -> None:
    loaded = loaded_by("import flowyml", cwd=tmp_path)
    assert HEAVY & loaded == set()
    assert "pydantic" not in loaded


def test_importing_what_users_write_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "from flowyml import Dataset, LocalStack, Pipeline, RunDate, context, step"
    assert HEAVY & loaded_by(code, cwd=tmp_path) == set()


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "from flowyml.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert (HEAVY | {"pydantic"}) & loaded_by(code, cwd=tmp_path) == set()


def test_compiling_for_airflow_needs_no_airflow(project: Path) -> None:
    loaded = loaded_by(compile_for("airflow"), cwd=project)
    assert "flowyml_airflow" in loaded
    assert {"airflow", "kfp", "pandas"} & loaded == set()


def test_compiling_for_kubeflow_needs_no_kfp(project: Path) -> None:
    loaded = loaded_by(compile_for("kubeflow"), cwd=project)
    assert "flowyml_kubeflow" in loaded
    # `kfp` itself is the namespace of the format's own classes, `kfp.pipeline_spec`
    assert {"kfp.dsl", "kfp.compiler", "kfp.components", "airflow", "pandas"} & loaded == set()


def test_a_worker_of_airflow_s_loads_nothing_of_the_compiler(tmp_path: Path) -> None:
    loaded = loaded_by("import flowyml_airflow.map_worker", cwd=tmp_path)
    loaded |= loaded_by("import flowyml_airflow.container", cwd=tmp_path)
    assert (HEAVY | {"pydantic", "flowyml.ir", "flowyml.api.pipeline"}) & loaded == set()


def test_nothing_in_the_project_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    code = "import flowyml; print(flowyml.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(ROOT)
