"""Source code in a normal form, and where a module binds its names.

The normal form is the same on every supported Python, and blind to comments, docstrings and layout
(docs/semantics.md §4.1). It is built from the syntax tree without `ast.dump`, whose output changes
between versions.
"""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias, cast

Unit: TypeAlias = tuple[ast.AST, ...]
"""A statement that binds a name, preceded by the conditions it stands under."""

_WITHOUT_MEANING = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
# Fields that hold no node, or one that says nothing more than its kind.
_BARE = _WITHOUT_MEANING | {"arg", "asname", "attr", "id", "level", "module", "op", "ops"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMED = (*_DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_SCOPES = (*_DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TRY: tuple[type[ast.Try], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))  # 3.11: `except*`


def parse(source: bytes | str) -> ast.Module:
    """Parse a module; what the compiler would warn of was said when it was imported.

    Raises:
        SyntaxError: not Python of this version.
        ValueError: null bytes in the source.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def normal_form(nodes: Iterable[ast.AST]) -> str:
    """Write syntax trees as text."""
    out: list[str] = []
    stack: list[object] = list(reversed(tuple(nodes)))
    while stack:
        item = stack.pop()
        if isinstance(item, _Text):
            out.append(item)
        elif isinstance(item, ast.Name):  # half of all nodes
            out.append(f"(Name id= {item.id!a} )")
        elif isinstance(item, ast.AST):
            kind: Any = type(item)
            out.append(f"({kind.__name__}")
            stack.append(_END_NODE)
            for name, label in _meant(kind):
                value = _value(item, name)
                if value is not None:
                    stack += (value, label)
        elif isinstance(item, list):
            out.append("[")
            stack.append(_END_LIST)
            stack.extend(cast("list[object]", item))
        else:
            out.append(_constant(item))
    return " ".join(out)


def bindings(tree: ast.Module) -> dict[str, list[Unit]]:
    """Map each name that a module's top level binds or changes to the statements that do."""
    found: dict[str, list[Unit]] = {}
    for unit in _units(tree.body, ()):
        own = own_nodes(unit[-1])
        changed = filter(None, map(changed_name, own))
        for name in dict.fromkeys((*bound_by(own), *changed)):
            found.setdefault(name, []).append(unit)
    return found


def bound_names(statement: ast.AST) -> Iterator[str]:
    """Name what a statement binds in its own scope."""
    return bound_by(own_nodes(statement))


def bound_by(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Name what a scope's own nodes bind in it."""
    for node in nodes:
        if isinstance(node, ast.Name):
            yield from (node.id,) if not isinstance(node.ctx, ast.Load) else ()
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, _NAMED):
            yield from (node.name,) if node.name else ()
        elif isinstance(node, ast.MatchMapping):
            yield from (node.rest,) if node.rest else ()


def changed_name(node: ast.AST) -> str | None:
    """Name what a node changes in place: `x` in `x[0] = …`, `x.y = …` and `x.append(…)`."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        node = node.value.func
    elif not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return None
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return None
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def own_nodes(statement: ast.AST) -> list[ast.AST]:
    """Walk a statement without entering the scopes in it: functions, classes, comprehensions."""
    found: list[ast.AST] = []
    stack = [statement]
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, _SCOPES):
            stack += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """Give the nodes right below one, without operators and contexts (`Load`).

    A digest walks through every node of a project some times, and `ast.iter_child_nodes` takes
    three times as long.
    """
    found: list[ast.AST] = []
    kind: Any = type(node)
    for name in _holding(kind):
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [item for item in cast("list[object]", value) if isinstance(item, ast.AST)]
    return found


def imported_names(tree: ast.Module) -> tuple[str, ...]:
    """Name the top-level modules that a module imports absolutely, anywhere, sorted."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return tuple(sorted(found))


class _Text(str):
    """A finished part of the normal form, not a constant of the source."""

    __slots__ = ()


_END_NODE, _END_LIST = _Text(")"), _Text("]")


@functools.cache
def _holding(kind: Any) -> tuple[str, ...]:
    """Name the fields of a kind of node that hold nodes."""
    return () if kind is ast.Constant else tuple(n for n in kind._fields if n not in _BARE)


@functools.cache
def _meant(kind: Any) -> tuple[tuple[str, _Text], ...]:
    """Name the fields of a kind of node that have meaning, last first: they go on a stack."""
    names = [name for name in reversed(kind._fields) if name not in _WITHOUT_MEANING]
    return tuple((name, _Text(f"{name}=")) for name in names)


def _value(node: ast.AST, name: str) -> object:
    """Give what a field says; None if that is nothing."""
    value = getattr(node, name, None)
    return _items(node, cast("list[object]", value)) or None if isinstance(value, list) else value


def _items(node: ast.AST, items: list[object]) -> list[object]:
    if isinstance(node, ast.JoinedStr):
        items = _merged(items)
    return [item for item in reversed(items) if not _is_remark(item)]


def _is_remark(item: object) -> bool:
    """A string as a statement: a docstring, or text beside an attribute."""
    return (
        isinstance(item, ast.Expr)
        and isinstance(item.value, ast.Constant)
        and isinstance(item.value.value, str)
    )


def _merged(items: list[object]) -> list[object]:
    """Join neighbouring texts of an f-string: Pythons split them differently."""
    out: list[object] = []
    for item in items:
        last = out[-1] if out else None
        if not (isinstance(item, ast.Constant) and isinstance(item.value, str)):
            out.append(item)
        elif isinstance(last, ast.Constant) and isinstance(last.value, str):
            out[-1] = ast.Constant(last.value + item.value)
        elif item.value:
            out.append(item)
    return out


def _constant(value: object) -> str:
    """Write a constant, independent of Unicode tables and of the limit on long integers."""
    if type(value) is int:
        return f"{value:#x}"
    return ascii(value)


def _units(body: Sequence[ast.AST], above: Unit) -> Iterator[Unit]:
    """Give the statements of a module, those under `if`, `try` and `with` on their own."""
    for statement in body:
        parts = list(_parts(statement))
        if not parts:
            yield (*above, statement)
        for header, inner in parts:
            yield from _units(inner, (*above, *header))


def _parts(statement: ast.AST) -> Iterator[tuple[Unit, Sequence[ast.AST]]]:
    """Take a branching statement apart into what decides and what it decides on."""
    if isinstance(statement, ast.If):
        yield (statement.test,), statement.body
        yield (statement.test,), statement.orelse
    elif isinstance(statement, ast.With):
        yield (), statement.items
        yield tuple(item.context_expr for item in statement.items), statement.body
    elif isinstance(statement, _TRY):
        for inner in (statement.body, statement.orelse, statement.finalbody):
            yield (), inner
        for handler in statement.handlers:
            yield (handler.type,) if handler.type else (), handler.body
