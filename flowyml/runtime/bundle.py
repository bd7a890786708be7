"""A project's modules that came as one file: unpacked once for each content, and imported from."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from flowyml.diagnostics import FlowymlError
from flowyml.storage.files import normal_url, read

FOLDER = "code"
"""The folder in the archive below which the project lies."""
MANIFEST = "flowyml.json"
"""The member that says which folders modules are imported from."""
CODE_FOLDER = "code"
"""The folder of an artifact store in which bundles lie."""
PLACE = "FLOWYML_CODE"
"""The environment variable that names the folder where bundles are unpacked."""


class BundleError(FlowymlError, RuntimeError):
    """The bundle of a project's code is not there, or is not what was compiled."""


def import_from(bundle: str | os.PathLike[str]) -> Path:
    """Import the project's modules from a bundle, before any others.

    It is unpacked into a folder of this user's alone that is named by its content, so that each
    machine does it once; another process sees all of it or nothing.

    Args:
        bundle: the archive, whose name ends in the first digits of its sha256, and `.zip`.

    Returns:
        The folder that the project lies in.

    Raises:
        BundleError: it cannot be read, or its content is not what its name says.
    """
    path = Path(bundle)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BundleError(
            f"the project's code, '{path}', cannot be read: {reason}; it lies beside the file that "
            "was compiled, so deploy both"
        ) from None
    return _imported(data, path.stem.rpartition(".")[2], str(path))


def import_from_store(store: str, name: str, digest: str) -> Path:
    """Import the project's modules from a bundle in an artifact store, as `import_from` does.

    Args:
        store: the store's URL, or its folder.
        name: the archive's; `flowyml deploy` puts it there.
        digest: its sha256.

    Returns:
        The folder that the project lies in.

    Raises:
        BundleError: it cannot be read, or is another one.
    """
    place = stored(store, name)
    try:
        data = read(place)
    except OSError as error:
        raise BundleError(
            f"the project's code, '{place}', cannot be read: {error}; 'flowyml deploy' puts it "
            "there; a file that was only compiled lies beside the DAG file, to be copied there"
        ) from None
    return _imported(data, digest, place)


def stored(store: str, name: str) -> str:
    """Give the place of a bundle in an artifact store."""
    return f"{normal_url(store)}/{CODE_FOLDER}/{name}"


def _imported(data: bytes, expected: str, where: str) -> Path:
    """Import from an archive whose sha256 begins with what is expected."""
    digest = hashlib.sha256(data).hexdigest()
    if not digest.startswith(expected):
        raise BundleError(f"'{where}' is not what was compiled: its content has changed")
    place = _unpacked(data, digest)
    roots = json.loads((place / MANIFEST).read_text(encoding="utf-8"))["roots"]
    _search([str((place / FOLDER / root).resolve()) for root in roots], place)
    return place / FOLDER


def _unpacked(data: bytes, digest: str) -> Path:
    home = _home()
    place = home / digest
    if place.is_dir():
        return place
    staging = Path(tempfile.mkdtemp(dir=home))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(staging)
        staging.rename(place)
    except OSError:
        if not place.is_dir():  # another process may have been faster
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return place


def _home() -> Path:
    """Give the folder for bundles; nobody else may write there, since code is run from it."""
    own = getattr(os, "getuid", lambda: "user")()
    named = os.environ.get(PLACE)
    home = Path(named) if named else Path(tempfile.gettempdir()) / f"flowyml-code-{own}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = home.lstat()
    if not named and hasattr(os, "getuid") and (home.is_symlink() or status.st_uid != own):
        raise BundleError(f"'{home}' belongs to somebody else; set {PLACE} to a folder of your own")
    return home


def _search(roots: list[str], place: Path) -> None:
    """Look here first, and forget what was imported from another bundle in this process."""
    others = f"{place.parent}{os.sep}"
    kept = f"{place}{os.sep}"
    sys.path[:] = [*roots, *(p for p in sys.path if p not in roots and not p.startswith(others))]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if file.startswith(others) and not file.startswith(kept):
            del sys.modules[name]
