"""Which modules belong to a project, and where they are."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from flowyml.frontend.loader import MAIN, main_module_name
from flowyml.frontend.project import is_installed
from flowyml.frozen import dataclass

_OURS = os.path.realpath(f"{__file__}/../..") + os.sep
_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
# `sysconfig` says the same, and takes longer than all else here.
_STDLIB = tuple(
    os.path.realpath(place) + os.sep
    for place in (os.path.dirname(os.__file__), f"{sys.exec_prefix}/{sys.platlibdir}/{_VERSION}")  # noqa: PTH120
)


def own_name(module: str) -> str:
    """Give the name that a module has on workers: `__main__` has its file's."""
    if module not in MAIN:
        return module
    main = main_module_name()
    return main[0] if main else module


def live(module: str) -> ModuleType | None:
    """Give a module if it is loaded."""
    found = sys.modules.get(module)
    if found is None and module == own_name("__main__"):
        return sys.modules.get("__main__")
    return found


def real_function(function: Callable[..., Any]) -> FunctionType | None:
    """Give the innermost function that a callable stands for, if there is one."""
    inner: Any = inspect.unwrap(function)
    while not isinstance(inner, FunctionType):
        inner = getattr(inner, "__func__", None) or getattr(inner, "func", None)
        if inner is None:
            return None
        inner = inspect.unwrap(inner)
    return inner


@dataclass(frozen=True, kw_only=True)
class Project:
    """The modules whose source counts.

    Attributes:
        roots: folders that hold them, each with a separator at its end.
        tops: for an installed project the top-level names of its distribution, else None.
    """

    roots: tuple[str, ...]
    tops: frozenset[str] | None = None

    @staticmethod
    @functools.lru_cache(maxsize=4096)
    def around(module: str, file: str, root: Path) -> Project:
        """Tell what belongs to the project of a module.

        That is what lies under `root` or under the folder the module is imported from: in an image
        without the project's markers only the latter is known. An installed module's project is its
        distribution.
        """
        path = Path(file).resolve()
        tops = _siblings(module.partition(".")[0]) if is_installed(path) else None
        return Project.known(module, file, root, tops)

    @staticmethod
    def known(module: str, file: str, root: Path, tops: frozenset[str] | None) -> Project:
        """Tell the same where it is known what comes in one distribution with the module."""
        path = Path(file).resolve()
        depth = module.count(".") + (path.stem == "__init__")
        home = path.parents[min(depth, len(path.parents) - 1)]
        folders = dict.fromkeys(
            f"{str(folder).rstrip(os.sep)}{os.sep}" for folder in (root.resolve(), home)
        )
        return Project(roots=tuple(folders), tops=tops)

    def file(self, module: str) -> str | None:
        """Give a module's source file, or None if there is none or it is not the project's."""
        found = live(module)
        file = getattr(found, "__file__", None) if found else self._unloaded(module)
        return file if file and self._holds(module, file) else None

    def leaves_out(self, top: str) -> bool:
        """Tell whether nothing can be of the project whose dotted name starts with a name."""
        found = live(top)
        if found is not None and (file := getattr(found, "__file__", None)):
            return not self._holds(top, file)
        places = [folder / top for folder in self._folders()]
        return not any(place.exists() or place.with_name(f"{top}.py").exists() for place in places)

    def _holds(self, module: str, file: str) -> bool:
        if self.tops is not None:
            return module.partition(".")[0] in self.tops and file.endswith(".py")
        return _in_folders(file, self.roots)

    def _unloaded(self, module: str) -> str | None:
        """Find a module that a function imports and that was not imported yet."""
        top = module.partition(".")[0]
        if getattr(live(top), "__file__", None) and not self.file(top):
            return None  # a part of what is not the project's
        parts = module.split(".")
        for folder in self._folders():
            place = folder.joinpath(*parts)
            for file in (place.with_name(f"{parts[-1]}.py"), place / "__init__.py"):
                if file.is_file():
                    return str(file)
        return None

    def _folders(self) -> Iterator[Path]:
        for folder in (*sys.path, *self.roots):
            if _prefix(folder).startswith(self.roots):
                yield Path(folder)


def _prefix(folder: str) -> str:
    return f"{folder.rstrip(os.sep)}{os.sep}"


@functools.lru_cache(maxsize=4096)
def _in_folders(file: str, roots: tuple[str, ...]) -> bool:
    path = str(Path(file).resolve())
    if not (path.endswith(".py") and path.startswith(roots)):
        return False
    return not (path.startswith((_OURS, *_STDLIB)) or is_installed(Path(path)))


@functools.lru_cache(maxsize=64)
def _siblings(top: str) -> frozenset[str]:
    """Name the top-level modules that come in one distribution with a given one."""
    from flowyml.storage.distributions import packages

    known = packages()
    owners = set(known.get(top, ()))
    return frozenset({top, *(name for name, dists in known.items() if owners & set(dists))})
