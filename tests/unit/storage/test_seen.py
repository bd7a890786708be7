"""Files that are read again only when they may have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowyml.storage import seen
from flowyml.storage.seen import Seen


@pytest.fixture
def reads() -> list[str]:
    return []


@pytest.fixture
def files(reads: list[str], monkeypatch: pytest.MonkeyPatch) -> Seen[str]:
    def read(path: str) -> str:
        reads.append(path)
        return Path(path).read_text()

    monkeypatch.setattr(seen, "_TICK", -1)  # nothing here is too young to be remembered
    return Seen(read)


def test_a_file_is_read_once(files: Seen[str], reads: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    assert [files.once(str(path)) for _ in range(3)] == ["one"] * 3
    assert reads == [str(path)]


def test_another_file_of_that_name_is_read(files: Seen[str], tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text("one")
    other.write_text("two")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    assert files.once(str(path)) == "one"
    other.replace(path)
    assert files.once(str(path)) == "two"


def test_a_file_that_grew_is_read(files: Seen[str], tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    assert files.once(str(path)) == "one"
    path.write_text("three")
    assert files.once(str(path)) == "three"


def test_a_file_that_changed_just_now_is_not_remembered(
    files: Seen[str], reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_TICK", 10**18)
    path = tmp_path / "a"
    path.write_text("one")
    files.once(str(path))
    files.once(str(path))
    assert reads == [str(path)] * 2


def test_a_file_that_is_gone_is_not_found(files: Seen[str], tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    files.once(str(path))
    path.unlink()
    with pytest.raises(FileNotFoundError):
        files.once(str(path))


def test_there_is_an_end_to_what_is_remembered(
    files: Seen[str], reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_MOST", 2)
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text(path.name)
        files.once(str(path))
    files.once(str(paths[0]))
    assert reads == [str(path) for path in (*paths, paths[0])]
