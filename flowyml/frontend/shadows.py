"""Files that are called like a module of Python's own, and are found instead of it."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path

from flowyml.frontend.project import is_installed

_STDLIB = Path(sysconfig.get_path("stdlib"))


def hiding_python(error: BaseException) -> str | None:
    """Say which file of the user's hides a module of Python's own, if one may be behind an error.

    Returns:
        What to do about it, or None: no such file was imported.
    """
    found = sorted({file.resolve() for file in (*_imported(), *_executed(error)) if _hides(file)})
    if not found:
        return None
    names = ", ".join(f"'{file}'" for file in found)
    return f"rename {names}: Python, and what uses it, finds that instead of a module of its own"


def _imported() -> Iterator[Path]:
    for name in sys.stdlib_module_names & sys.modules.keys():
        file = getattr(sys.modules[name], "__file__", None)
        if isinstance(file, str):
            yield Path(file)


def _executed(error: BaseException) -> Iterator[Path]:
    """Name the files that were being imported: a module whose import fails is not kept."""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.name == "<module>" and str(Path(frame.filename).parent) in sys.path:
            yield Path(frame.filename)


def _hides(file: Path) -> bool:
    name = file.parent.name if file.stem == "__init__" else file.stem
    if name not in sys.stdlib_module_names or is_installed(file):
        return False
    return not file.is_relative_to(_STDLIB) and not file.resolve().is_relative_to(_STDLIB.resolve())
