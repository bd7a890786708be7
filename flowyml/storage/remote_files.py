"""Blobs at an fsspec URL."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from typing import Any, BinaryIO, cast

from flowyml.diagnostics.missing import Needs
from flowyml.storage import StoreError
from flowyml.storage.serializers import Blob, Spool, digest_of_file

_IN_MEMORY = 16 << 20
"""Bytes up to which a blob is fetched in one request; a larger one goes through a local file."""

_OBJECT_STORES = frozenset({"s3", "gs", "gcs", "abfs", "az", "adl", "oci", "oss", "memory"})
"""Where an object appears whole or not at all, and renaming would copy it."""


_ETAGS = (
    "ETag", "etag", "e_tag", "md5Hash", "Content-MD5", "content_md5", "checksum", "generation",
)  # fmt: skip
"""What the file systems of fsspec call what changes with an object's content, the best first."""

_log = logging.getLogger("flowyml")


def write_url(
    dump: Callable[[BinaryIO], object],
    root: str,
    name: Callable[[str], str],
    *,
    replace: bool = False,
) -> Blob:
    """Write an object under a URL, unless one of the same name and size is there.

    Args:
        dump: writes the value.
        root: an fsspec URL without a slash at the end.
        name: gives the path under it, for the digest of what was written.
        replace: write it in any case.

    Raises:
        StoreError: fsspec cannot open the URL.
        OSError: the store refuses.
    """
    files, folder = _open(root)
    with tempfile.TemporaryDirectory(prefix="flowyml-") as scratch:
        local = f"{scratch}/blob"
        spool = Spool(lambda: open(local, "xb"))  # noqa: PTH123, SIM115
        try:
            dump(cast("BinaryIO", spool))
            small = spool.finish()
        except BaseException:
            spool.abandon()
            raise
        blob = Blob(digest=spool.digest(), size=spool.size, uri=f"{root}/{name(spool.digest())}")
        path = f"{folder}/{name(blob.digest)}"
        if replace or _size(files, path) != blob.size:
            _upload(files, path, small, local)
    return blob


@contextlib.contextmanager
def read_url(url: str, size: int) -> Generator[BinaryIO, None, None]:
    """Fetch an object and open it to read.

    Raises:
        StoreError: fsspec cannot open the URL.
        OSError: it is not there, or the store refuses.
    """
    files, path = _open(url)
    if size <= _IN_MEMORY:
        yield io.BytesIO(files.cat_file(path))
        return
    with tempfile.NamedTemporaryFile(prefix="flowyml-") as local:
        files.get_file(path, local.name)
        with open(local.name, "rb") as file:  # noqa: PTH123
            yield file


def size_of_url(url: str) -> int:
    """Count the bytes of an object.

    Raises:
        StoreError: fsspec cannot open the URL.
        OSError: it is not there, or the store refuses.
    """
    files, path = _open(url)
    size = _size(files, path)
    if size is None:
        raise FileNotFoundError(url)
    return size


def remote_names(url: str) -> Iterator[str]:
    """Name the complete objects under a URL, relative to it, sorted.

    Raises:
        StoreError: fsspec cannot open the URL.
        OSError: the store refuses.
    """
    files, folder = _open(url)
    files.invalidate_cache()
    found: list[str] = sorted(files.find(folder))
    for path in found:
        name = path.removeprefix(folder).lstrip("/")
        if not name.rpartition("/")[2].startswith("."):
            yield name


def remove_url(url: str) -> None:
    """Remove an object, unless it is gone already.

    Raises:
        StoreError: fsspec cannot open the URL.
        OSError: the store refuses.
    """
    files, path = _open(url)
    with contextlib.suppress(FileNotFoundError):
        files.rm_file(path)


def url_fingerprint(url: str) -> str | None:
    """Fingerprint what is at a URL by the store's etag; what is in memory by its content.

    Returns:
        None if nothing is there that has a fingerprint.
    """
    try:
        files, path = _open(url)
        files.invalidate_cache()
        info: dict[str, Any] = files.info(path)
        tag = next((info[name] for name in _ETAGS if info.get(name)), None)
        if tag is not None:
            return f"etag {tag}"
        if info.get("type") == "file" and "memory" in files.protocol:
            with files.open(path, "rb") as file:
                return digest_of_file(file)
    except Exception as error:  # each protocol has errors of its own
        _log.info("%s has no fingerprint: %s", url, error)
    return None


def _open(url: str) -> tuple[Any, str]:
    with Needs("fsspec"):
        core: Any = import_module("fsspec.core")
    try:
        files, path = core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise StoreError(f"cannot open '{url}': {error}") from error
    return files, str(path).rstrip("/")


def _size(files: Any, path: str) -> int | None:
    files.invalidate_cache(files._parent(path))
    try:
        return int(files.info(path)["size"])
    except FileNotFoundError:
        return None


def _upload(files: Any, path: str, small: bytes | None, local: str) -> None:
    if files.protocol in _OBJECT_STORES or not _OBJECT_STORES.isdisjoint(files.protocol):
        _send(files, path, small, local)
        return
    folder = path.rpartition("/")[0]
    partial = f"{folder}/.partial-{os.urandom(8).hex()}"
    files.makedirs(folder, exist_ok=True)
    _send(files, partial, small, local)
    files.mv(partial, path)


def _send(files: Any, path: str, small: bytes | None, local: str) -> None:
    if small is None:
        files.put_file(local, path)
    else:
        files.pipe_file(path, small)
