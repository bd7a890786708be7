"""Which modules belong to a project, and their source."""

from __future__ import annotations

import ast
import dataclasses
import functools
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from flowyml.frontend.digest_source import bindings, changed_name, children, parse
from flowyml.frontend.loader import MAIN, main_module_name
from flowyml.frontend.project import is_installed

_OURS = str(Path(__file__).resolve().parents[1]) + os.sep
_STDLIB = tuple(
    str(Path(sysconfig.get_path(name)).resolve()) + os.sep for name in ("stdlib", "platstdlib")
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Source:
    """The source of one module, parsed once.

    Attributes:
        module: its dotted name.
        file: its file.
        package: what its relative imports start from.
        units: for each name of its top level the statements that bind or change it.
        functions: the functions in it by first line and name, as code objects know them.
        shared: names whose values functions change while a program runs.
        imported: the names that `from … import` brings, at any depth; `*` among them.
    """

    def __init__(self, module: str, file: str) -> None:
        self.module = module
        self.file = file
        is_package = Path(file).stem == "__init__"
        self.package = module if is_package else module.rpartition(".")[0]
        tree = parse(Path(file).read_bytes())
        self.units = bindings(tree)
        self.statements = tree.body
        self.functions: dict[tuple[int, str], list[ast.AST]] = {}
        self.shared: set[str] = set()
        self.imported: set[str] = set()
        self.pieces: dict[Any, Any] = {}
        self._index(tree)

    def _index(self, tree: ast.Module) -> None:
        stack: list[tuple[ast.AST, bool]] = [(tree, False)]
        while stack:
            node, inside = stack.pop()
            if isinstance(node, _FUNCTIONS):
                self.functions.setdefault(_code_key(node), []).append(node)
                inside = True
            elif isinstance(node, ast.ImportFrom):
                self.imported.update(alias.asname or alias.name for alias in node.names)
            elif inside and isinstance(node, ast.Global):
                self.shared.update(node.names)
            elif inside and (name := changed_name(node)):
                self.shared.add(name)
            stack += [(child, inside) for child in children(node)]


def source(module: str, file: str) -> Source:
    """Give a module's source, read again only when the file has changed."""
    status = os.stat(file)  # noqa: PTH116 - once for each function: a Path would cost more
    stamp = (status.st_mtime_ns, status.st_size)
    known = _SOURCES.get((module, file))
    if known is None or known[0] != stamp:
        known = _SOURCES[module, file] = (stamp, Source(module, file))
    return known[1]


_SOURCES: dict[tuple[str, str], tuple[tuple[int, int], Source]] = {}


def definition_line(function: FunctionType, file: str) -> int:
    """Give the line of a function's `def`, which is not that of its first decorator."""
    code = function.__code__
    known = source(own_name(str(function.__globals__.get("__name__", ""))), file).functions
    nodes = known.get((code.co_firstlineno, code.co_name), ())
    return getattr(nodes[0], "lineno", code.co_firstlineno) if nodes else code.co_firstlineno


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


@dataclasses.dataclass(frozen=True)
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
        depth = module.count(".") + (path.stem == "__init__")
        home = path.parents[min(depth, len(path.parents) - 1)]
        folders = dict.fromkeys(
            f"{str(folder).rstrip(os.sep)}{os.sep}" for folder in (root.resolve(), home)
        )
        top = module.partition(".")[0]
        return Project(tuple(folders), _siblings(top) if is_installed(path) else None)

    def file(self, module: str) -> str | None:
        """Give a module's source file, or None if there is none or it is not the project's."""
        found = live(module)
        file = getattr(found, "__file__", None) if found else self._unloaded(module)
        return file if file and self._holds(module, file) else None

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
    foreign = path.startswith((_OURS, *_STDLIB)) or is_installed(Path(path))
    return path.endswith(".py") and path.startswith(roots) and not foreign


@functools.lru_cache(maxsize=64)
def _siblings(top: str) -> frozenset[str]:
    """Name the top-level modules that come in one distribution with a given one."""
    from flowyml.storage.distributions import packages

    known = packages()
    owners = set(known.get(top, ()))
    return frozenset({top, *(name for name, dists in known.items() if owners & set(dists))})


def _code_key(node: ast.AST) -> tuple[int, str]:
    """Give the first line and the name that the compiler gives a function's code."""
    decorators = getattr(node, "decorator_list", [])
    lines = [decorator.lineno for decorator in decorators]
    return min([*lines, getattr(node, "lineno", 0)]), getattr(node, "name", "<lambda>")
