"""The project's own modules as one file that workers import from: `code: bundle`.

The same source makes the same bytes anywhere: members in order, with one date and one mode, stored
without compression, which would depend on a library's version.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flowyml.backend import Bundle
from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.frontend.digest_project import own_name
from flowyml.frontend.project import is_installed
from flowyml.frontend.sources import Sources, sources
from flowyml.runtime.bundle import FOLDER, MANIFEST, stored
from flowyml.storage.distributions import distributions_of
from flowyml.storage.files import normal_url, write

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format knows
_MODE = 0o644 << 16


def bundle(pipeline: Pipeline) -> Bundle:
    """Pack the modules of the project that a pipeline's steps can import.

    Files that are no Python modules are not in it; nor are installed distributions.

    Raises:
        CompileError: the project is itself installed, or lies in no file (FML314).
    """
    try:
        found = sources(pipeline)
    except ValueError as error:
        raise CompileError([_unpackable(str(error), "write it into a file of a project")]) from None
    installed = [name for name, file in found.files.items() if is_installed(file)]
    if installed:
        why = f"the module '{installed[0]}' is a part of an installed distribution"
        raise CompileError([_unpackable(why, "install that on the workers: code: import")])
    data = _packed(_members(found))
    return Bundle(data=data, digest=hashlib.sha256(data).hexdigest())


def put(store: str, name: str, data: bytes) -> None:
    """Put a bundle into an artifact store, unless it is there: it is named by its content.

    Raises:
        OSError: the store refuses, or cannot be reached.
    """
    folder = normal_url(stored(store, ""))
    write(lambda file: file.write(data), folder, lambda _: name)


def distribution(pipeline: Pipeline) -> str | None:
    """Name the distribution that holds a pipeline's module here, with its version, if one does."""
    module = pipeline.place.module if pipeline.place else "__main__"
    found = distributions_of([own_name(module)])
    return next((f"{name} {version}" for name, version in found.items()), None)


def _members(found: Sources) -> dict[str, bytes]:
    """Lay the files out as they lie in the project, below one folder.

    Airflow takes a module at the top of an archive in its DAG folder for a DAG file, and looks into
    no folder of it.
    """
    top = Path(os.path.commonpath([found.root, *found.roots]))
    files = {_place(file, top): file.read_bytes() for file in found.files.values()}
    marker = _place(found.root / "flowyml.yaml", top)
    roots = [root.relative_to(top).as_posix() for root in found.roots]
    manifest = json.dumps({"roots": roots}, sort_keys=True) + "\n"
    return {MANIFEST: manifest.encode(), **dict(sorted({marker: b"", **files}.items()))}


def _place(file: Path, top: Path) -> str:
    return str(PurePosixPath(FOLDER, file.relative_to(top).as_posix()))


def _packed(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system, member.external_attr = 3, _MODE  # as on Unix, wherever it is made
            archive.writestr(member, data)
    return buffer.getvalue()


def _unpackable(why: str, remedy: str) -> Diagnostic:
    return Diagnostic(
        code="FML314", message=f"the project's code cannot be bundled: {why}", help=remedy
    )
