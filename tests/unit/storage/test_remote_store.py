from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import fsspec
import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from flowyml.storage import (
    ArtifactStore,
    CorruptBlobError,
    MissingBlobError,
    StoreError,
    equal,
    load_value,
    remote_files,
)

LARGE = np.arange(500_000)


class FolderFileSystem(MemoryFileSystem):
    """A remote file system that is no object store: half-written files can be seen on it."""

    protocol = "folders"
    store = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012
    writes = []  # noqa: RUF012

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(path.removeprefix("folders://"))

    def pipe_file(self, path, value, mode="overwrite", **options):
        self.writes.append(path)
        super().pipe_file(path, value, mode=mode, **options)

    def put_file(self, lpath, rpath, callback=None, mode="overwrite", **options):
        self.writes.append(rpath)
        with Path(lpath).open("rb") as file:
            super().pipe_file(rpath, file.read())


fsspec.register_implementation("folders", FolderFileSystem, clobber=True)


@pytest.fixture(params=["memory", "folders"])
def files(request):
    found = fsspec.filesystem(request.param)
    found.store.clear()
    FolderFileSystem.writes.clear()
    yield found
    found.store.clear()


@pytest.fixture
def store(files):
    protocol = files.protocol if isinstance(files.protocol, str) else files.protocol[0]
    return ArtifactStore(f"{protocol}://bucket/artifacts/")


@pytest.mark.parametrize("value", [[1, "a"], {1, 2}, LARGE], ids=["json", "pickle", "npy"])
def test_values_come_back(store, files, value):
    reference = store.save("value", value)
    assert reference.uri.startswith(f"{store.url}/{reference.digest[:2]}/{reference.digest}.")
    assert equal(load_value(reference), value)
    assert equal(store.load(reference), value)
    (path,) = files.find("/bucket")
    assert sha256(files.cat_file(path)).hexdigest() == reference.digest


def test_large_values_are_fetched_through_a_file(store, monkeypatch):
    reference = store.save("value", LARGE)
    monkeypatch.setattr(remote_files, "_IN_MEMORY", 1000)
    assert equal(store.load(reference), LARGE)


@pytest.mark.parametrize("value", [[1], LARGE], ids=["small", "large"])
def test_the_same_content_is_sent_once(store, files, value):
    reference = store.save("value", value)
    (path,) = files.find("/bucket")
    before = files.modified(path)
    assert store.save("value", value) == reference
    assert files.modified(path) == before


def test_content_of_another_size_is_replaced(store, files):
    reference = store.save("value", [1, 2])
    files.pipe_file(files.find("/bucket")[0], b"[1")
    store.save("value", [1, 2])
    assert store.load(reference) == [1, 2]


@pytest.mark.parametrize("value", [[1], LARGE], ids=["small", "large"])
def test_where_half_a_file_can_be_seen_it_has_another_name(value):
    FolderFileSystem.writes.clear()
    ArtifactStore("folders://bucket").save("value", value)
    (written,) = FolderFileSystem.writes
    assert "/.partial-" in written
    assert not any("/.partial-" in path for path in FolderFileSystem.store)
    FolderFileSystem.store.clear()


def test_damage_and_loss_are_found(store, files):
    reference = store.save("value", [1, 2])
    (path,) = files.find("/bucket")
    files.pipe_file(path, b"[1,3]")
    with pytest.raises(CorruptBlobError, match="is not what was written"):
        store.load(reference)
    files.rm(path)
    with pytest.raises(MissingBlobError, match="is gone"):
        store.load(reference)


def test_a_failing_value_sends_nothing(store, files):
    with pytest.raises(TypeError):
        store.save("bad", [LARGE, (n for n in "generator")])
    assert files.find("/") == []


def test_a_refusing_store_is_a_clear_error(store, files, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("access denied")

    monkeypatch.setattr(type(files), "pipe_file", refuse)
    with pytest.raises(StoreError, match=r"'rows' cannot be stored in .*: access denied"):
        store.save("rows", [1])


def test_an_unknown_protocol_is_named():
    with pytest.raises(StoreError, match=r"cannot open 'nowhere://x'.*nowhere"):
        ArtifactStore("nowhere://x").save("value", 1)


def test_the_root_of_a_url_can_be_a_store():
    reference = ArtifactStore("memory://").save("value", [1])
    assert load_value(reference) == [1]
