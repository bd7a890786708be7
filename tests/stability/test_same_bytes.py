"""Same pipeline, same bytes: whatever the process that compiles it (docs/adr, style rule 9)."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.cases import CASES

ROOT = Path(__file__).parents[2]
FILES = sorted({case.file for case in CASES})
ELSEWHERE = {
    "hash seed": {"PYTHONHASHSEED": "1"},
    "another hash seed": {"PYTHONHASHSEED": "4242"},
    "time zone and locale": {
        "TZ": "Pacific/Kiritimati",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "random",
    },
    "C locale without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def compile_in(project: Path, cwd: Path, **env: str) -> dict[str, str]:
    """Compile every pipeline of a project in a process of its own."""
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.stability.compiled",
            "airflow,kubeflow,ir",
            *(str(project / f) for f in FILES),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def copy_project(folder: Path) -> Path:
    return shutil.copytree(
        ROOT / "tests/pipelines", folder, ignore=shutil.ignore_patterns("__pycache__", ".flowyml")
    )


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return compile_in(ROOT / "tests/pipelines", ROOT, PYTHONHASHSEED="0", TZ="UTC")


def assert_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert one.keys() == other.keys()
    for path, text in one.items():
        lines = difflib.unified_diff(text.splitlines(), other[path].splitlines(), path, lineterm="")
        assert text == other[path], "\n".join(lines)


@pytest.mark.parametrize("env", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_environment_leaves_no_trace(here, tmp_path, env):
    home = tmp_path / "home"
    home.mkdir()
    person = {"HOME": str(home), "USER": "someone", "LOGNAME": "someone", "HOSTNAME": "elsewhere"}
    assert_same(here, compile_in(ROOT / "tests/pipelines", tmp_path, **person, **env))


def test_the_project_may_lie_anywhere(here, tmp_path):
    project = copy_project(tmp_path / "a folder, with spaces" / "pipelines")
    assert_same(here, compile_in(project, project / "nested"))


def test_the_users_formatter_settings_do_not_matter(here, tmp_path):
    project = copy_project(tmp_path / "pipelines")
    (project / "pyproject.toml").write_text(
        "[tool.black]\nline-length = 20\n[tool.ruff]\nline-length = 20\n"
    )
    assert_same(here, compile_in(project, project))


def test_the_texts_name_no_machine(here):
    for path, text in here.items():
        for trace in (str(ROOT), str(Path.home()), sys.executable):
            assert trace not in text, f"{path} holds {trace}"
