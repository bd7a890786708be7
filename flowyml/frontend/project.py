"""Where a file's project begins, and what the file's module is called (docs/semantics.md §0.2)."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flowyml.diagnostics import CompileError

if TYPE_CHECKING:
    from flowyml.diagnostics import Diagnostic

MARKERS = ("pyproject.toml", "flowyml.yaml", ".git")
_INSTALLED = frozenset({"site-packages", "dist-packages"})


def is_installed(file: PurePath) -> bool:
    """Tell whether a file belongs to an installed distribution rather than to a project."""
    return not _INSTALLED.isdisjoint(file.parts)


def project_root(file: Path) -> Path:
    """Find the nearest folder at or above a file that holds one of `MARKERS`.

    Without one it is the file's own folder. The search does not leave a `site-packages`: what is
    installed in an environment that lies inside a project is not of that project.
    """
    return enclosing_project(file.resolve().parent)


def enclosing_project(folder: Path) -> Path:
    """Find the project around a folder, as `project_root` does for a file."""
    for candidate in (folder, *folder.parents):
        place = str(candidate)
        if candidate.name in _INSTALLED or any(os.path.exists(f"{place}/{m}") for m in MARKERS):  # noqa: PTH110 - many times for each step
            return candidate
    return folder


def module_name(file: Path) -> tuple[str, Path]:
    """Name a file's module, whatever the working directory.

    A file in a package (folders that hold `__init__.py`) is named from the package's top; any other
    from the project's folder, or from its own folder if a folder between is no identifier.

    Returns:
        The dotted name and the folder it is imported from.

    Raises:
        CompileError: FML001, the file's own name cannot be a module's.
    """
    path = file.resolve()
    root = _import_root(path)
    folders, name = path.parent.relative_to(root).parts, path.stem
    if not name.isidentifier():
        raise CompileError([_unusable(path)])
    parts = folders if folders and name == "__init__" else (*folders, name)
    return ".".join(parts), root


def in_package(file: Path) -> bool:
    """Tell whether a file lies in a folder that is a package."""
    return _is_package(file.parent)


@contextmanager
def working_directory(folder: Path) -> Generator[None]:
    """Work in a folder, then go back. The working directory is the process's, not the thread's."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _import_root(path: Path) -> Path:
    folder = path.parent
    if _is_package(folder):
        while _is_package(folder):
            folder = folder.parent
        return folder
    root = project_root(path)
    named = all(part.isidentifier() for part in folder.relative_to(root).parts)
    return root if named else folder


def _is_package(folder: Path) -> bool:
    return folder.name.isidentifier() and (folder / "__init__.py").is_file()


def _unusable(path: Path) -> Diagnostic:
    from flowyml.diagnostics import Diagnostic

    stem = "".join(char if f"_{char}".isidentifier() else "_" for char in path.stem)
    remedy = f"rename the file, for example to {stem if stem.isidentifier() else f'_{stem}'}.py"
    if path.with_suffix(".flowyml.json").exists():
        remedy = "flowyml compiled this file: name what it was compiled from, see its first line"
    return Diagnostic(
        code="FML001",
        message=f"'{path.stem}' cannot be a module's name, so no worker could import it",
        file=path.relative_to(project_root(path)).as_posix(),
        help=remedy,
    )
