"""Which URLs fsspec can open here, told without opening any."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

from flowyml.diagnostics import near
from flowyml.diagnostics.missing import how_to_install, said
from flowyml.storage.files import is_remote

NAMES = frozenset({
    "abfs", "adl", "arrow_hdfs", "async_wrapper", "asynclocal", "asyncwrapper", "az",
    "blockcache", "box", "cached", "dask", "data", "dbfs", "dir", "dropbox", "dvc", "file",
    "filecache", "ftp", "gcs", "gdrive", "generic", "gist", "git", "github", "gs", "hdfs", "hf",
    "http", "https", "jlab", "jupyter", "lakefs", "libarchive", "local", "memory", "oci",
    "ocilake", "oss", "pyscript", "reference", "root", "s3", "s3a", "sftp", "simplecache",
    "smb", "ssh", "tar", "tos", "tosfs", "wandb", "webdav", "webhdfs", "zip",
})  # fmt: skip
"""What fsspec knows, for where it is not installed: a machine that compiles opens no store."""

_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss"})
"""Where nothing lies outside of a bucket, or a container."""

_USUAL = ("abfs", "file", "ftp", "gs", "hdfs", "memory", "s3", "sftp")


def wrong_url(url: str) -> str:
    """Say why a URL is that of no place: fsspec knows no such file system, or it names no bucket,
    as when a variable in it was empty. Empty if it is one, or a path.

    Example:
        >>> wrong_url("memori://runs")
        "fsspec knows no file system 'memori'; did you mean 'memory'?"
        >>> wrong_url("s3:///runs")
        "'s3:///runs' names no bucket; write s3://BUCKET/…"
    """
    for name, rest in _parts(url):
        if name not in (known := _known()):
            likely = known if get_close_matches(name, known) else _USUAL
            return f"fsspec knows no file system '{name}'; {near(name, likely)}"
        if name in _BUCKETS and rest[:1] in ("", "/"):
            return f"'{url}' names no bucket; write {name}://BUCKET/…"
    return ""


def missing_package(url: str) -> str:
    """Say what has to be installed to open a URL; empty if nothing has to, or it is unknown."""
    parts = _parts(url)
    if parts and find_spec("fsspec") is None:
        return f"{said('fsspec')}: {how_to_install('fsspec')}"
    for name, _ in parts:
        known = _known().get(name)
        if known and not _is_installed(known["class"]):
            package = known["class"].partition(".")[0]
            why = "" if package == "fsspec" else f"pip install {package}"
            return f"the file system '{name}' is not installed: {why or known.get('err')}"
    return ""


def _parts(url: str) -> list[tuple[str, str]]:
    """Split a URL into protocols, each with what follows; fsspec: `simplecache::s3://b` has two."""
    if not is_remote(url):
        return []
    parts = (part.partition("://") for part in url.split("::"))
    return [(name, rest) for name, mark, rest in parts if mark or name in _known()]


def _known() -> dict[str, Any]:
    """Give what fsspec knows, what other packages have registered included."""
    if find_spec("fsspec") is None:
        registered = (point.name for point in entry_points(group="fsspec.specs"))
        return {name: {} for name in (*NAMES, *registered)}
    import_module("fsspec")  # reads the entry points
    registry: Any = import_module("fsspec.registry")
    loaded = {name: {"class": "fsspec"} for name in registry.registry}
    return {**registry.known_implementations, **loaded}


def _is_installed(path: str) -> bool:
    """Look for the module of a class; fsspec's own are imported, as they need others in turn."""
    module = path.rpartition(".")[0] or path
    if not module.startswith("fsspec."):
        return find_spec(module.partition(".")[0]) is not None
    try:
        import_module(module)
    except ImportError:
        return False
    return True
