"""The index of the cache, and the fingerprints of what is at URLs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fsspec
import pytest

from flowyml.storage import ArtifactStore, AssetInfo, Reference, remote_files
from flowyml.storage.cache import CacheIndex, Entry, size_of
from flowyml.storage.remote_files import url_fingerprint


def reference(digest: str = "d1", size: int = 3) -> Reference:
    return Reference(uri="/somewhere", digest=digest, format="json", size=size)


def entry(key: str = "ab" * 32, **fields: Any) -> Entry:
    given: dict[str, Any] = {
        "step": "m:f",
        "name": "f",
        "parts": {"code": "c", "parameters": {"n": 1}},
        "outputs": {"out": reference()},
        **fields,
    }
    return Entry(key=key, **given)


@pytest.fixture(params=["folder", "memory://index"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> CacheIndex:
    remote = "://" in request.param
    return CacheIndex(f"{request.param}/{tmp_path.name}" if remote else tmp_path / request.param)


def test_what_is_added_is_found_without_its_place(index: CacheIndex) -> None:
    asset = AssetInfo(type="flowyml:Dataset", name="rows", metadata={"rows": 3})
    kept = Reference(
        uri="/a/b", digest="d", format="json", size=1, asset=asset, content="same as another"
    )
    made = entry(outputs={"out": kept}, texts=["out"], metrics={"out": 1.5})
    index.add(made)
    found = index.find(made.key)
    assert found is not None
    assert found.outputs["out"] == Reference(
        uri="", digest="d", format="json", size=1, asset=asset, content="same as another"
    )
    assert (found.metrics, found.texts) == (made.metrics, made.texts)
    (read,) = index.entries()
    assert read == dataclasses.replace(made, outputs=found.outputs)


def test_a_key_that_was_never_added_is_not_found(index: CacheIndex) -> None:
    assert index.find("cd" * 32) is None
    assert list(index.entries()) == []
    assert index.remove(lambda _: True) == 0


def test_the_last_one_of_a_key_counts(index: CacheIndex) -> None:
    index.add(entry())
    index.add(entry(outputs={"out": reference("d2")}))  # as many bytes as the first
    found = index.find("ab" * 32)
    assert found is not None
    assert found.outputs["out"].digest == "d2"
    assert len(list(index.entries())) == 1


def test_chosen_entries_are_removed(index: CacheIndex) -> None:
    index.add(entry())
    index.add(entry("cd" * 32, step="m:g"))
    assert index.remove(lambda each: each.step == "m:g") == 1
    assert [each.step for each in index.entries()] == ["m:f"]


def test_values_are_counted_once() -> None:
    entries = [entry(), entry("cd" * 32), entry("ef" * 32, outputs={"o": reference("d2", 5)})]
    assert size_of(entries) == 3 + 5


def test_making_an_index_touches_no_disk(tmp_path: Path) -> None:
    index = CacheIndex(tmp_path / "cache")
    index.sweep()
    assert index.find("ab" * 32) is None
    assert not (tmp_path / "cache").exists()


def test_what_a_killed_writer_left_is_no_entry_and_is_swept(tmp_path: Path) -> None:
    index = CacheIndex(tmp_path)
    index.add(entry())
    (tmp_path / ".partial-0123").write_text("{")
    assert len(list(index.entries())) == 1
    index.sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["ab"]


def test_a_store_finds_what_was_saved_there_alone(tmp_path: Path) -> None:
    one, two = ArtifactStore(tmp_path / "one"), ArtifactStore(tmp_path / "two")
    saved = one.save("value", [1, 2])
    assert one.find(reference(saved.digest)) is not None
    assert two.find(saved) is None
    assert two.save("value", [1, 2]) == two.find(saved)


def test_a_large_value_is_verified_too(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    saved = store.save("value", "x" * (2 << 20))
    assert store.find(saved) == saved
    path = Path(saved.uri)
    path.write_bytes(path.read_bytes()[:-2] + b'y"')
    assert store.find(saved) is None
    assert not path.exists()


@pytest.mark.parametrize("name", ["ETag", "etag", "md5Hash", "Content-MD5"])
def test_a_stores_etag_is_the_fingerprint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = SimpleNamespace(
        protocol="https",
        invalidate_cache=lambda: None,
        info=lambda path: {"type": "file", "size": 3, name: f"tag of {path}"},
    )
    monkeypatch.setattr(remote_files, "_open", lambda url: (files, url))
    assert url_fingerprint("https://here/data.csv") == "etag tag of https://here/data.csv"


def test_what_has_no_etag_has_no_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    files = SimpleNamespace(
        protocol="https",
        invalidate_cache=lambda: None,
        info=lambda path: {"type": "file", "name": path, "size": 3},
    )
    monkeypatch.setattr(remote_files, "_open", lambda url: (files, url))
    assert url_fingerprint("https://here/data.csv") is None


def test_an_object_in_memory_goes_by_its_content() -> None:
    files = fsspec.filesystem("memory")
    prints = []
    for text in (b"one", b"one", b"two"):
        files.pipe_file("memory://prints/object", text)
        prints.append(url_fingerprint("memory://prints/object"))
    assert prints[0] == prints[1] != prints[2]
    assert url_fingerprint("memory://prints/nothing") is None
    assert url_fingerprint("memory://prints") is None
    assert url_fingerprint("no-such-scheme://host/path") is None
