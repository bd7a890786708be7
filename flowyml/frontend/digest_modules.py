"""The source of the modules of a project."""

from __future__ import annotations

import ast
import hashlib
import os
from pathlib import Path
from types import FunctionType
from typing import Any

from flowyml.frontend.digest_project import own_name
from flowyml.frontend.digest_source import bindings, changed_name, children, parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Source:
    """The source of one module, parsed once.

    Attributes:
        module: its dotted name.
        file: its file.
        digest: the sha256 of the file's bytes, hex.
        package: what its relative imports start from.
        units: for each name of its top level the statements that bind or change it.
        functions: the functions in it by first line and name, as code objects know them.
        shared: names whose values functions change while a program runs.
        imported: the names that `from … import` brings, at any depth; `*` among them.
        pieces: what was found out about it.
        asked: the modules that were looked for to find that out, as they were then.
        unsure: whether more went into it than source and the modules that are there.
    """

    def __init__(self, module: str, file: str) -> None:
        self.module = module
        self.file = file
        is_package = Path(file).stem == "__init__"
        self.package = module if is_package else module.rpartition(".")[0]
        text = Path(file).read_bytes()
        self.digest = hashlib.sha256(text).hexdigest()
        tree = parse(text)
        self.units = bindings(tree)
        self.statements = tree.body
        self.functions: dict[tuple[int, str], list[ast.AST]] = {}
        self.shared: set[str] = set()
        self.imported: set[str] = set()
        self.pieces: dict[Any, Any] = {}
        self.asked: dict[str, Source | None] = {}
        self.unsure = False
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


def _code_key(node: ast.AST) -> tuple[int, str]:
    """Give the first line and the name that the compiler gives a function's code."""
    decorators = getattr(node, "decorator_list", [])
    lines = [decorator.lineno for decorator in decorators]
    return min([*lines, getattr(node, "lineno", 0)]), getattr(node, "name", "<lambda>")
