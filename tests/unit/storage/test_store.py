from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from flowyml.diagnostics import FlowymlError, UsageError
from flowyml.storage import (
    ArtifactStore,
    CorruptBlobError,
    MissingBlobError,
    Reference,
    StoreError,
    load_value,
    write_value,
)

LARGE = np.arange(500_000)  # 4 MB: more than is kept in memory


def files(store):
    return sorted(path for path in Path(store.url).rglob("*") if path.is_file())


@pytest.mark.parametrize("value", [{"a": [1, None]}, (1, 2), LARGE], ids=["json", "pickle", "npy"])
def test_a_reference_says_where_and_what_the_bytes_are(store, value):
    reference = store.save("value", value)
    path = Path(reference.uri)
    data = path.read_bytes()
    assert reference.digest == sha256(data).hexdigest()
    assert reference.size == len(data)
    assert path == Path(store.url) / reference.digest[:2] / (reference.digest + path.suffix)
    assert files(store) == [path]
    assert reference.asset is None


def test_a_reference_survives_its_plain_form(store):
    reference = store.save("value", [1, 2])
    assert store.load(Reference.from_dict(reference.to_dict())) == [1, 2]


def test_nothing_is_made_before_the_first_save(tmp_path):
    ArtifactStore(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["text", LARGE], ids=["small", "large"])
def test_the_same_content_is_kept_once(store, value):
    assert store.save("a", value) == store.save("b", value)
    assert len(files(store)) == 1


def test_a_small_value_that_is_there_is_not_written_again(store):
    reference = store.save("value", [1])
    before = Path(reference.uri).stat()
    store.save("value", [1])
    after = Path(reference.uri).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_none_is_a_value(store):
    assert store.load(store.save("nothing", None)) is None


def test_each_load_gives_a_value_of_its_own(store):
    reference = store.save("value", [1])
    store.load(reference).append(2)
    assert store.load(reference) == [1]


@pytest.mark.parametrize("value", [["some text"], (1, 2), LARGE], ids=["json", "pickle", "npy"])
@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "empty"])
def test_a_damaged_value_is_never_loaded(store, value, damage):
    reference = store.save("value", value)
    path = Path(reference.uri)
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(
        {
            "flip": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            "cut": data[:-1],
            "grow": data + b"x",
            "empty": b"",
        }[damage]
    )
    with pytest.raises(CorruptBlobError, match="is not what was written"):
        store.load(reference)


def test_damaged_bytes_are_not_even_unpickled(store):
    reference = store.save("value", (1, 2))
    marker = Path(store.url) / "marker"
    path = Path(reference.uri)
    head = path.read_bytes().partition(b"\n")[0]
    path.write_bytes(head + b"\ncposix\nsystem\n(S'touch " + bytes(marker) + b"'\ntR.")
    with pytest.raises(CorruptBlobError):
        store.load(reference)
    assert not marker.exists()


@pytest.mark.parametrize("value", ["text", LARGE], ids=["small", "large"])
def test_saving_again_mends_a_damaged_value(store, value):
    reference = store.save("value", value)
    path = Path(reference.uri)
    path.write_bytes(bytes(path.stat().st_size))
    store.save("value", value)
    assert np.array_equal(store.load(reference), value)


def test_a_missing_value_is_named(store):
    reference = store.save("value", 1)
    Path(reference.uri).unlink()
    with pytest.raises(MissingBlobError, match=f"{reference.digest}.json is gone") as caught:
        store.load(reference)
    assert isinstance(caught.value, (FlowymlError, FileNotFoundError))


def test_an_unknown_format_is_named_with_near_ones(store):
    reference = store.save("value", 1)
    other = Reference(uri=reference.uri, digest=reference.digest, format="jsno", size=1)
    with pytest.raises(UsageError, match=r"'jsno'.*did you mean 'json'"):
        store.load(other)


def test_a_store_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = ArtifactStore(tmp_path / "file" / "store")
    with pytest.raises(StoreError, match=r"'rows' cannot be stored in .*: .*Not a directory"):
        store.save("rows", [1])


@pytest.mark.parametrize("value", ["text", LARGE], ids=["small", "large"])
def test_a_full_disk_leaves_nothing_behind(store, value, monkeypatch):
    store.save("first", "value")
    before = files(store)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    monkeypatch.setattr(os, "fdopen", lambda fd, _: (os.close(fd), full()))
    with pytest.raises(StoreError, match=r"cannot be stored in .*No space left on device; free "):
        store.save("b", value)
    assert files(store) == before


def test_a_value_that_fails_halfway_leaves_nothing_behind(store):
    with pytest.raises(TypeError):
        store.save("bad", [LARGE, threading.Lock()])
    assert files(store) == []


def test_a_store_that_vanished_is_made_again_by_the_next_save(store):
    reference = store.save("value", [1])
    path = Path(reference.uri)
    path.unlink()
    path.parent.rmdir()
    Path(store.url).rmdir()
    assert store.load(store.save("value", [1])) == [1]


def test_writers_of_the_same_content_do_not_disturb_each_other(store):
    errors = []
    ready = threading.Barrier(4)

    def work():
        ready.wait()
        try:
            for _ in range(10):
                assert store.load(store.save("small", ["x"])) == ["x"]
                assert np.array_equal(store.load(store.save("large", LARGE)), LARGE)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(files(store)) == 2


KILLED = """
    import os, signal, sys
    from flowyml.storage import ArtifactStore

    class Deadly:
        def __reduce__(self):
            os.kill(os.getpid(), signal.SIGKILL)

    before_rename = sys.argv[2] == "rename"
    if before_rename:
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    value = bytes(3_000_000)
    ArtifactStore(sys.argv[1]).save("x", value if before_rename else [value, Deadly()])
"""


@pytest.mark.parametrize("moment", ["write", "rename"])
def test_a_killed_writer_leaves_nothing_that_can_be_read(store, moment):
    code = [sys.executable, "-c", textwrap.dedent(KILLED), store.url, moment]
    assert subprocess.run(code, check=False).returncode == -signal.SIGKILL
    (left,) = files(store)
    assert left.name.startswith(".partial-")
    assert left.stat().st_size > 1_000_000
    reference = store.save("x", bytes(3_000_000))
    assert store.load(reference) == bytes(3_000_000)


@pytest.mark.parametrize("value", [{"a": 1}, {1, 2}, LARGE], ids=["json", "pickle", "npy"])
def test_a_value_in_a_file_of_a_given_name(tmp_path, value):
    path = tmp_path / "outputs" / "model"
    reference = write_value(value, path)
    assert reference.uri == str(path)
    assert sha256(path.read_bytes()).hexdigest() == reference.digest
    assert np.array_equal(load_value(reference), value)
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_a_given_name_is_replaced(tmp_path):
    first = write_value([1], tmp_path / "x")
    second = write_value([2], tmp_path / "x")
    assert load_value(second) == [2]
    with pytest.raises(CorruptBlobError):
        load_value(first)


def test_a_relative_store_stays_where_it_was_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = ArtifactStore("artifacts")
    monkeypatch.chdir("/")
    reference = store.save("value", 1)
    assert Path(reference.uri).is_relative_to(tmp_path / "artifacts")
    assert load_value(reference) == 1


def test_file_urls_are_local_folders(tmp_path):
    store = ArtifactStore(f"file://{tmp_path}/store")
    reference = store.save("value", [1])
    assert Path(reference.uri).is_relative_to(tmp_path / "store")
    from_url = Reference(**{**reference.to_dict(), "uri": f"file://{reference.uri}"})
    assert load_value(from_url) == [1]


def test_the_store_says_what_it_is(tmp_path):
    assert repr(ArtifactStore("s3://bucket/artifacts/")) == "ArtifactStore('s3://bucket/artifacts')"
    assert ArtifactStore(tmp_path).url == str(tmp_path)
