"""The part of a digest that only a live function knows: its own source, closure and defaults."""

from __future__ import annotations

import ast
import functools
import inspect
import os
import textwrap
from collections.abc import Mapping
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from flowyml.frontend.digest_modules import Source
from flowyml.frontend.digest_project import own_name
from flowyml.frontend.digest_source import normal_form, parse
from flowyml.frontend.digest_values import Key, OpaqueError, encode, home
from flowyml.frontend.digest_walk import Piece, Walk


class Own:
    """Collects what belongs to one callable itself.

    Attributes:
        pieces: its own source and values, in a stable order.
        keys: what of the project these use.
        unseen: values it took along of which the pieces tell the type alone.
        walk: follows what it uses.
    """

    def __init__(self, walk: Walk) -> None:
        self.pieces: list[Piece] = []
        self.keys: list[Key] = []
        self.unseen: dict[str, Any] = {}
        self.walk = walk
        self._seen: dict[int, object] = {}

    def add(self, function: Any) -> None:
        """Add a callable, with all that it wraps."""
        if id(function) in self._seen:
            return
        self._seen[id(function)] = function
        wrapped = getattr(function, "__wrapped__", None)
        if isinstance(function, FunctionType):
            self._add_function(function)
        elif isinstance(function, functools.partial):
            self._add_values({"func": function.func, "args": function.args, **function.keywords})
        elif isinstance(function, MethodType):
            self._add_values({"self": function.__self__})
            self.add(function.__func__)
        else:
            self._add_object("self", function)
        if wrapped is not None:
            self.add(wrapped)

    def _add_function(self, function: FunctionType) -> None:
        found = self.walk.source(_module(function))
        if found is None:
            self._add_foreign(function)
        elif nodes := _nodes(found, function.__code__):
            self._add_nodes(found, function, nodes)
        else:
            self._note(Piece(function.__qualname__, ((found.module, None),)))

    def _add_nodes(self, found: Source, function: FunctionType, nodes: list[ast.AST]) -> None:
        memo = (self.walk.project, function.__code__.co_firstlineno, function.__code__.co_name)
        if memo not in found.pieces:
            hidden = frozenset(function.__code__.co_freevars)
            found.pieces[memo] = self.walk.of_nodes(found, nodes, hidden)
        self._note(found.pieces[memo])
        outer = function.__qualname__.partition(".")[0]
        if not any(unit[-1] in nodes for unit in found.units.get(function.__name__, ())):
            self._add_values(_surroundings(function))
            self._note(Piece("", ((found.module, outer),) if outer in found.units else ()))

    def _add_foreign(self, function: FunctionType) -> None:
        """Add a function without a file of the project: a library's, or one typed in a prompt."""
        name = f"{_module(function)}:{function.__qualname__}"
        if "__file__" in function.__globals__ and not _is_typed(function):
            self._note(Piece(name, (), frozenset({name.partition(".")[0].partition(":")[0]})))
            return
        self._note(Piece(f"{name} {_text(function)}", ()))
        self._add_values(_surroundings(function))
        used = {
            n: function.__globals__[n]
            for n in _names(function.__code__)
            if n in function.__globals__
        }
        self._add_values(dict(sorted(used.items())))

    def _add_values(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            try:
                encoded = encode(value)
            except OpaqueError:
                self._note(Piece(f"{name}: {type(value).__qualname__}", ()))
                self._add_opaque(name, value)
            else:
                self._note(Piece(f"{name}={encoded.text}", self.walk.of_project(encoded.keys)))

    def _add_opaque(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType):
            self.keys += self.walk.of_project([(own_name(value.__name__), None)])
        elif isinstance(value, FunctionType | MethodType | functools.partial):
            self.add(value)
        else:
            self._add_object(name, value)

    def _add_object(self, name: str, value: Any) -> None:
        """Add an object: the modules of its class, and the function that it stands for."""
        if isinstance(value, type):
            self.keys += self.walk.of_project([home(value)])
            return
        self.unseen[f"{len(self.unseen)} {name}"] = value
        self.keys += self.walk.class_of(value)
        if isinstance(inner := getattr(value, "function", None), FunctionType):
            self.add(inner)

    def _note(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.keys += piece.keys


def closure(function: FunctionType) -> dict[str, Any]:
    """Give the variables of enclosing functions that a function uses, as they are now."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells if _is_bound(cell)}


def _is_bound(cell: CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - asking is the only way to know
    except ValueError:
        return False
    return True


def _module(function: FunctionType) -> str:
    return own_name(str(function.__globals__.get("__name__", "")))


def _nodes(found: Source, code: CodeType) -> list[ast.AST]:
    if _basename(code.co_filename) != _basename(found.file):
        return []
    return found.functions.get((code.co_firstlineno, code.co_name), [])


_basename = os.path.basename  # a Path of each function's file would cost more than its digest


def _surroundings(function: FunctionType) -> dict[str, Any]:
    """Give the values that a function took along when it was made: defaults and closure."""
    values: dict[str, Any] = {
        f"default {n}": value for n, value in enumerate(function.__defaults__ or ())
    }
    values |= {f"default {name}": value for name, value in (function.__kwdefaults__ or {}).items()}
    return values | closure(function)


def _is_typed(function: FunctionType) -> bool:
    return function.__code__.co_filename.startswith("<")


def _text(function: FunctionType) -> str:
    """Write a function by its source if Python keeps it, else by its names and constants."""
    try:
        tree = parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return repr(_constants(function.__code__))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.decorator_list = []
    return normal_form([tree])


def _constants(code: CodeType) -> tuple[object, ...]:
    inner = (_constants(c) if isinstance(c, CodeType) else ascii(c) for c in code.co_consts)
    return (code.co_name, code.co_names, code.co_varnames, *inner)


def _names(code: CodeType) -> set[str]:
    """Name the globals that code may use, with those of the functions in it."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names.update(_names(constant))
    return names
