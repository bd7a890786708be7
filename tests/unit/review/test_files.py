"""Compiled files are written all or none, and never over somebody's own work."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from flowyml import CompileError, UsageError
from flowyml.review.files import write_files


def compiled(text: str, name: str = "p.airflow.py") -> dict[str, str]:
    """A compiled file with its sidecar."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    sidecar = json.dumps({"files": {name: {"sha256": digest}}, "steps": {}})
    return {name: text, f"{name.rpartition('.')[0]}.flowyml.json": sidecar}


def compiled_from(module: str | None, text: str) -> dict[str, str]:
    files = compiled(text)
    (name,) = (name for name in files if name.endswith(".json"))
    data = json.loads(files[name])
    if module is not None:
        data["pipeline"] = {"source": {"module": module}}
    return files | {name: json.dumps(data)}


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_files_are_written_in_order_and_nothing_else(tmp_path):
    files = compiled("one\nžluť\n")
    assert write_files(files, tmp_path / "out") == tuple(tmp_path / "out" / name for name in files)
    assert contents(tmp_path / "out") == files


def test_line_ends_are_kept_as_they_are(tmp_path):
    write_files(compiled("a\nb\r\n"), tmp_path)
    assert (tmp_path / "p.airflow.py").read_bytes() == b"a\nb\r\n"


def test_what_was_compiled_before_is_replaced(tmp_path):
    write_files(compiled("old"), tmp_path)
    write_files(compiled("new"), tmp_path)
    assert contents(tmp_path) == compiled("new")


@pytest.mark.parametrize("sidecar", [None, "not json", "{}", '{"files": {}}'])
def test_a_file_of_somebody_else_is_not_overwritten(tmp_path, sidecar):
    (tmp_path / "p.airflow.py").write_text("my own work")
    if sidecar is not None:
        (tmp_path / "p.airflow.flowyml.json").write_text(sidecar)
    before = contents(tmp_path)
    with pytest.raises(CompileError) as error:
        write_files(compiled("new"), tmp_path)
    assert [d.code for d in error.value.diagnostics] == ["FML306"]
    assert contents(tmp_path) == before


def test_an_edited_file_keeps_all_others_from_being_written(tmp_path):
    write_files(compiled("old") | compiled("old", "p.kubeflow.yaml"), tmp_path)
    (tmp_path / "p.kubeflow.yaml").write_text("edited")
    before = contents(tmp_path)
    with pytest.raises(CompileError, match=r"p\.kubeflow\.yaml(.|\n)*--force"):
        write_files(compiled("new") | compiled("new", "p.kubeflow.yaml"), tmp_path)
    assert contents(tmp_path) == before


def test_an_edited_file_is_overwritten_where_asked(tmp_path):
    (tmp_path / "p.airflow.py").write_text("edited")
    write_files(compiled("new"), tmp_path, overwrite=True)
    assert contents(tmp_path) == compiled("new")


def test_the_same_text_without_its_sidecar_is_no_edit(tmp_path):
    (tmp_path / "p.airflow.py").write_text("new")
    write_files(compiled("new"), tmp_path)
    assert contents(tmp_path) == compiled("new")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write to '.*file/out': .*; nothing was written"):
        write_files(compiled("new"), tmp_path / "file" / "out")


def test_a_failure_while_moving_puts_everything_back(tmp_path):
    """The second file cannot take its place, because a folder stands there."""
    write_files(compiled("old"), tmp_path)
    (tmp_path / "p.kubeflow.yaml").mkdir()
    (tmp_path / "p.kubeflow.yaml" / "inside").write_text("")
    with pytest.raises(UsageError, match="nothing was written"):
        write_files(compiled("new") | compiled("new", "p.kubeflow.yaml"), tmp_path, overwrite=True)
    (tmp_path / "p.kubeflow.yaml" / "inside").unlink()
    (tmp_path / "p.kubeflow.yaml").rmdir()
    assert contents(tmp_path) == compiled("old")


def test_folders_that_were_made_in_vain_are_taken_away(tmp_path, monkeypatch):
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_files(compiled("new"), tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_a_files_place_is_an_error(tmp_path):
    (tmp_path / "p.airflow.py").mkdir()
    with pytest.raises(UsageError, match=r"cannot read '.*p\.airflow\.py': Is a directory"):
        write_files(compiled("one"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["p.airflow.py"]


@pytest.mark.parametrize(
    ("there", "new", "refused"),
    [
        ("a.train", "b.train", True),
        ("a.train", "a.train", False),
        (None, "a.train", False),  # compiled before sidecars said so
        ("__main__", "a.train", False),
    ],
)
def test_what_another_module_compiled_is_kept(tmp_path, there, new, refused):
    write_files(compiled_from(there, "old"), tmp_path)
    if refused:
        with pytest.raises(CompileError) as error:
            write_files(compiled_from(new, "new"), tmp_path)
        (found,) = error.value.diagnostics
        assert (found.code, found.file) == (
            "FML310",
            f"{tmp_path.as_posix()}/p.airflow.flowyml.json",
        )
        assert contents(tmp_path) == compiled_from(there, "old")
    write_files(compiled_from(new, "new"), tmp_path, overwrite=refused)
    assert contents(tmp_path) == compiled_from(new, "new")


def test_bytes_are_written_as_they_are(tmp_path):
    write_files({"a.zip": b"\x00\xff\r\n", "a.py": "é\n"}, tmp_path)
    assert (tmp_path / "a.zip").read_bytes() == b"\x00\xff\r\n"
    assert (tmp_path / "a.py").read_bytes() == "é\n".encode()
