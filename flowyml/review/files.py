"""Compiled files on disk: written all or none, and never over somebody's own work."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from flowyml.diagnostics import CompileError, Diagnostic, UsageError
from flowyml.rendering.sidecar import SUFFIX, is_unedited, made_from

Contents: TypeAlias = Mapping[str, str | bytes]
"""The content of each file, text or bytes, by its path relative to a folder."""


def write_files(files: Contents, folder: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write compiled files and their sidecars.

    All are written beside their places first and then moved there, so a reader (an Airflow that
    scans the folder) never sees half a file, and a failure leaves what was there before.

    Args:
        files: text, or bytes, by path relative to the folder.
        folder: made if it is not there.
        overwrite: whether files that were edited by hand, or compiled from another module, may be
            replaced.

    Returns:
        The paths written, in the order given.

    Raises:
        CompileError: a file was edited by hand, or was not made by flowyml (FML306), or it was
            compiled from another module's pipeline of the same name (FML310).
        UsageError: the folder cannot be written to.
    """
    if not overwrite and (problems := [*_problems(files, folder)]):
        raise CompileError(problems)
    try:
        with _folder(folder), _staging(folder) as staging:
            _write(files, staging)
            _move(files, staging, folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot write to '{folder}': {reason}; nothing was written") from error
    return tuple(folder / path for path in files)


def _problems(files: Contents, folder: Path) -> Iterator[Diagnostic]:
    for path in files:
        if is_edited(path, files, folder):
            yield _edited(folder / path)
        elif path.endswith(SUFFIX) and (others := on_disk(folder / path)):
            mine, theirs = made_from(files[path]), made_from(others)
            if mine and theirs and mine != theirs:
                yield _taken(folder / path, mine, theirs)


class Kept:
    """What is in the places of files that are about to be written, to be put back if need be.

    Attributes:
        differs: whether what is there is not what is about to be written.
        any: whether anything is there.

    Raises:
        UsageError: something else is in a file's place, or it cannot be read.
    """

    def __init__(self, files: Contents, folder: Path) -> None:
        self._before = {folder / path: on_disk(folder / path) for path in files}
        now = [as_bytes(each) for each in files.values()]
        self.differs = [*self._before.values()] != now
        self.any = any(text is not None for text in self._before.values())

    def put_back(self) -> None:
        """Make the places as they were: each file at once or not at all."""
        for place, text in self._before.items():
            if text is None:
                place.unlink(missing_ok=True)
            else:
                new = place.with_name(f".{place.name}.flowyml")
                new.write_bytes(text)
                new.replace(place)


def is_edited(path: str, files: Contents, folder: Path) -> bool:
    """Tell whether what is on disk is somebody's own work rather than what was compiled before."""
    place, sidecar = folder / path, _sidecar(path, files)
    if sidecar is None or on_disk(place) in (None, as_bytes(files[path])):
        return False
    return not is_unedited(place, folder / sidecar)


def as_bytes(content: str | bytes) -> bytes:
    """Give what a file of some content holds."""
    return content.encode() if isinstance(content, str) else content


def on_disk(place: Path) -> bytes | None:
    """Read a compiled file; None if it is not there.

    Raises:
        UsageError: something else is in its place, or it cannot be read.
    """
    try:
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot read '{place}': {reason}") from error


def _sidecar(path: str, files: Contents) -> str | None:
    """Find the sidecar of a compiled file; a sidecar has none."""
    sidecars = (each for each in files if each.endswith(SUFFIX) and each != path)
    return next((s for s in sidecars if path.startswith(s.removesuffix(SUFFIX) + ".")), None)


def _edited(path: Path) -> Diagnostic:
    return Diagnostic(
        code="FML306",
        message=f"'{path.name}' is not as flowyml wrote it, and compiling would overwrite it",
        file=path.as_posix(),
        help="move the edits into the pipeline, or discard them: flowyml compile --force",
    )


def _taken(sidecar: Path, mine: str, theirs: str) -> Diagnostic:
    return Diagnostic(
        code="FML310",
        message=f"here lies what was compiled from the module '{theirs}', and compiling '{mine}' "
        "would overwrite it: both have a pipeline of this name",
        file=sidecar.as_posix(),
        help="rename one of the two, or compile into another folder; if the module was renamed: "
        "flowyml compile --force",
    )


@contextmanager
def _folder(folder: Path) -> Generator[None]:
    """Make the folder; take away again what was made if writing fails."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except OSError:
        for each in missing:
            with suppress(OSError):
                each.rmdir()
        raise


@contextmanager
def _staging(folder: Path) -> Generator[Path]:
    """Give a hidden folder on the same file system, where moving is atomic."""
    staging = Path(tempfile.mkdtemp(prefix=".flowyml-", dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write(files: Contents, staging: Path) -> None:
    for path, content in files.items():
        new = staging / "new" / path
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(as_bytes(content))


def _move(files: Contents, staging: Path, folder: Path) -> None:
    """Move every file into place; put the old ones back if one cannot be moved."""
    moved: list[str] = []
    try:
        for path in files:
            _keep(folder / path, staging / "old" / path)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / "new" / path).replace(folder / path)
            moved.append(path)
    except OSError:
        for path in moved:
            _restore(staging / "old" / path, folder / path)
        raise


def _keep(place: Path, old: Path) -> None:
    if place.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place, old)


def _restore(old: Path, place: Path) -> None:
    if old.exists():
        old.replace(place)
    else:
        place.unlink()
