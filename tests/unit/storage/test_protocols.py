"""Which URLs can be opened is told without opening them."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module

import pytest

from flowyml import LocalStack
from flowyml.storage.protocols import NAMES, missing_package, wrong_url


@pytest.mark.parametrize(
    "url", ["/data", "C:\\data", "memory://x", "s3://b/x", "simplecache::s3://b", "zip://a::/b.zip"]
)
def test_what_fsspec_knows_is_known(url):
    assert wrong_url(url) == ""


def test_what_it_does_not_know_says_what_is_near():
    assert wrong_url("memry://x").endswith("did you mean 'memory'?")
    assert "no file system 'nothing'" in wrong_url("simplecache::nothing://x")
    assert "there is: abfs, file, ftp, gs, hdfs, memory, s3" in wrong_url("bucket4://x")
    assert missing_package("memry://x") == ""


def test_without_fsspec_its_names_are_known_and_it_is_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert wrong_url("simplecache::s3://b") == ""
    assert wrong_url("memry://x").endswith("did you mean 'memory'?")
    assert missing_package("s3://b").startswith("opening a store at a URL needs fsspec, which")
    assert missing_package("/data") == ""


def test_the_names_are_all_that_fsspec_knows():
    assert import_module("fsspec.registry").known_implementations.keys() <= NAMES


@pytest.mark.parametrize("url", ["s3://", "s3:///", "s3:///runs", "simplecache::gs:///x"])
def test_a_bucket_is_named(url):
    """Without one `s3:///` would be the folder `s3:` of this machine."""
    assert f"'{url}' names no bucket; write " in wrong_url(url)
    with pytest.raises(ValueError, match="names no bucket"):
        LocalStack(url)


def test_what_another_package_registers_is_known():
    memory = import_module("fsspec.implementations.memory").MemoryFileSystem
    import_module("fsspec").register_implementation("flowymltest", memory, clobber=True)
    assert wrong_url("flowymltest://x") == missing_package("flowymltest://x") == ""


@pytest.fixture
def none_loaded(monkeypatch):
    """Forget the file systems that other tests have opened in this process."""
    monkeypatch.setattr(import_module("fsspec.registry"), "registry", {})


@pytest.mark.usefixtures("none_loaded")
def test_a_package_that_is_not_here_is_named(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "flowyml.storage.protocols.find_spec",
        lambda name: None if name == "s3fs" else found(name),
    )
    assert missing_package("s3://b") == "the file system 's3' is not installed: pip install s3fs"
    with pytest.raises(ValueError, match="artifact_path= cannot be 's3://b': the file system 's3'"):
        LocalStack("s3://b")


@pytest.mark.usefixtures("none_loaded")
def test_a_file_system_of_fsspec_itself_may_need_more(monkeypatch):
    monkeypatch.setitem(sys.modules, "paramiko", None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    assert 'requires "paramiko"' in missing_package("sftp://host/x")


def test_an_unknown_one_is_refused_before_anything_runs():
    with pytest.raises(ValueError, match="did you mean 'memory'"):
        LocalStack("memry://x")
