"""Where a project begins and what its modules are called (docs/semantics.md §0.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowyml.diagnostics import CompileError
from flowyml.frontend.project import module_name, project_root, working_directory


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder.resolve()


@pytest.mark.parametrize("marker", ["pyproject.toml", "flowyml.yaml", ".git"])
def test_the_nearest_marker_makes_the_project(tmp_path, marker):
    root = make(tmp_path, ".git", f"inner/{marker}", "inner/a/b/pipe.py") / "inner"
    assert project_root(root / "a/b/pipe.py") == root


def test_without_a_marker_the_files_own_folder_is_the_project(tmp_path, monkeypatch):
    root = make(tmp_path, "a/pipe.py")
    monkeypatch.setattr("flowyml.frontend.project.MARKERS", ("no such marker",))
    assert project_root(root / "a/pipe.py") == root / "a"


def test_what_is_installed_inside_a_project_is_not_of_it(tmp_path):
    root = make(tmp_path, ".git", "venv/lib/site-packages/lib/m.py")
    site = root / "venv/lib/site-packages"
    assert project_root(site / "lib/m.py") == site
    assert module_name(site / "lib/m.py") == ("lib.m", site)


@pytest.mark.parametrize(
    ("files", "file", "name", "import_root"),
    [
        ([], "pipe.py", "pipe", "."),
        ([], "a/b/pipe.py", "a.b.pipe", "."),
        ([], "my-pipes/pipe.py", "pipe", "my-pipes"),
        ([], "my-pipes/in/pipe.py", "pipe", "my-pipes/in"),
        (["src/pack/__init__.py"], "src/pack/pipe.py", "pack.pipe", "src"),
        (["src/pack/__init__.py"], "src/pack/__init__.py", "pack", "src"),
        (["a/__init__.py", "a/b/__init__.py"], "a/b/pipe.py", "a.b.pipe", "."),
        (["a/b/__init__.py"], "a/b/pipe.py", "b.pipe", "a"),
        (["my-pack/__init__.py", "my-pack/b/__init__.py"], "my-pack/b/p.py", "b.p", "my-pack"),
        (["__init__.py"], "pipe.py", "pipe", "."),
    ],
)
def test_module_names(tmp_path, files, file, name, import_root):
    root = make(tmp_path / "2-project", ".git", *files, file)
    assert module_name(root / file) == (name, (root / import_root).resolve())


def test_a_file_that_cannot_be_a_module_is_refused_with_a_better_name(tmp_path):
    root = make(tmp_path, ".git", "pipes/2-train.model.py")
    with pytest.raises(CompileError) as caught:
        module_name(root / "pipes/2-train.model.py")
    (found,) = caught.value.diagnostics
    assert (found.code, found.file) == ("FML001", "pipes/2-train.model.py")
    assert "_2_train_model.py" in (found.help or "")


def test_working_directory_is_left_again(tmp_path):
    before = Path.cwd()
    with pytest.raises(KeyError), working_directory(tmp_path):
        assert Path.cwd() == tmp_path.resolve()
        raise KeyError
    assert Path.cwd() == before
