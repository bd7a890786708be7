"""What killed writers leave is removed, and nothing else is (docs/semantics.md §4.5)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flowyml.storage import ArtifactStore, CorruptBlobError, MissingBlobError, check_value
from flowyml.storage.files import Partial, sweep

LARGE = bytes(3_000_000)


def names(folder):
    return sorted(path.name for path in Path(folder).rglob("*") if path.is_file())


def test_what_nobody_writes_any_more_is_removed(store):
    kept = Path(store.save("value", [1]).uri).name
    left = Path(store.url, ".partial-0123456789abcdef")
    left.write_bytes(b"half")
    other = Path(store.url, "notes")
    other.write_text("mine")
    store.sweep()
    assert names(store.url) == sorted([kept, "notes"])


def test_a_writer_at_work_is_not_disturbed(store):
    class Slow:
        def __reduce__(self):
            ArtifactStore(store.url).sweep()
            return (str, ())

    reference = store.save("value", [LARGE, Slow()])
    assert store.load(reference) == [LARGE, ""]


def test_a_writer_in_another_process_is_not_disturbed(store):
    code = f"""if True:
        from flowyml.storage import ArtifactStore
        class Slow:
            def __reduce__(self):
                print("writing", flush=True)
                input()
                return (str, ())
        ArtifactStore({store.url!r}).save("value", [bytes(3_000_000), Slow()])
    """
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "writing\n"
        store.sweep()
        assert names(store.url)[0].startswith(".partial-")
        writer.communicate("\n")
    assert writer.returncode == 0
    assert len(names(store.url)) == 1
    assert not names(store.url)[0].startswith(".partial-")


def test_a_file_swept_before_it_is_locked_is_made_again(tmp_path, monkeypatch):
    made = []
    create = Partial._create

    def slow(self):
        file = create(self)
        made.append(file)
        if len(made) == 1:
            sweep(str(tmp_path))
        return file

    monkeypatch.setattr(Partial, "_create", slow)
    partial = Partial(str(tmp_path))
    partial.complete(b"whole", str(tmp_path / "blob"))
    assert len(made) == 2
    assert (tmp_path / "blob").read_bytes() == b"whole"
    assert names(tmp_path) == ["blob"]


def test_sweepers_and_writers_together_lose_nothing(store):
    errors = []
    stop = threading.Event()

    def write(number):
        try:
            for n in range(30):
                value = [number, n, LARGE[:n]]
                assert store.load(store.save("value", value)) == value
        except Exception as error:
            errors.append(error)

    def clean():
        while not stop.is_set():
            store.sweep()

    cleaner = threading.Thread(target=clean)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in (cleaner, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    cleaner.join()
    assert errors == []
    assert len(names(store.url)) == 90


def test_a_store_that_is_not_there_or_far_away_is_left_alone(tmp_path):
    ArtifactStore(tmp_path / "none").sweep()
    ArtifactStore("memory://none").sweep()
    assert list(tmp_path.iterdir()) == []


def test_a_value_is_checked_without_being_loaded(store):
    reference = store.save("value", (1, 2))
    path = Path(reference.uri)
    check_value(reference)
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(CorruptBlobError, match="is not what was written"):
        check_value(reference)
    path.unlink()
    with pytest.raises(MissingBlobError, match="is gone"):
        check_value(reference)


def test_a_value_far_away_is_checked_by_its_size():
    store = ArtifactStore(f"memory://checked-{os.getpid()}")
    reference = store.save("value", [1, 2])
    check_value(reference)
    import fsspec

    files = fsspec.filesystem("memory")
    path = reference.uri.removeprefix("memory://")
    files.pipe_file(path, b"1")
    with pytest.raises(CorruptBlobError, match=r"it has 1 bytes, the reference says \d"):
        check_value(reference)
    files.rm_file(path)
    with pytest.raises(MissingBlobError):
        check_value(reference)
