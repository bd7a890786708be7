"""Where imported names lead: to a piece of the project's own source, or out of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from flowyml.frontend.digest_modules import Source
from flowyml.frontend.digest_scope import Chain, Uses, chain
from flowyml.frontend.digest_values import Key

IMPORTS = (ast.Import, ast.ImportFrom)

_EVALUATING = frozenset({"eval", "exec", "globals"})
_BY_NAME = frozenset({"getattr", "setattr"})
_IMPORTING = frozenset({"import_module", "__import__"})


class Imports:
    """Resolves the names that one module imports.

    Attributes:
        foreign: the dotted names outside of the project that were met.
    """

    def __init__(self, found: Source, source: Callable[[str], Source | None]) -> None:
        self.found = found
        self.foreign: set[str] = set()
        self._source = source

    def of_chain(self, names: Chain) -> tuple[list[Key], list[str]]:
        """Say what a name that the module's top level binds leads to.

        Returns:
            The pieces of the project, and the dotted names that imports stand for.
        """
        keys: list[Key] = []
        labels: list[str] = []
        for statement in self._statements(names[0]):
            if not isinstance(statement, IMPORTS):
                keys.append((self.found.module, names[0]))
                continue
            for path in self._paths(statement, names):
                labels.append(".".join(path))
                keys += self.locate(path)
        return keys, labels

    def of_statement(self, statement: ast.Import | ast.ImportFrom) -> list[Key]:
        """Say what an import inside a function brings."""
        base = self._base(statement) if isinstance(statement, ast.ImportFrom) else ()
        paths = ((*base, *alias.name.split(".")) for alias in statement.names)
        return [key for path in paths for key in self.locate(path)]

    def at_top_level(self) -> tuple[str, ...]:
        """Name the modules of the project that importing this one imports."""
        found: dict[str, None] = {}
        for unit in (unit for units in self.found.units.values() for unit in units):
            if isinstance(unit[-1], IMPORTS) and not any(map(_is_never_true, unit[:-1])):
                found.update((module, None) for module, _ in self.of_statement(unit[-1]))
        return tuple(found)

    def locate(self, path: Chain) -> list[Key]:
        """Say what of the project a dotted name leads to; a name that leads out is noted.

        A package may bind a name that is a module's too, so each part of the way counts.
        """
        keys: list[Key] = []
        for length in range(len(path), 0, -1):
            module = ".".join(path[:length])
            name = path[length] if length < len(path) else None
            known = self._source(module)
            if known and (not keys or name in known.units):
                keys.append((module, name))
        if not keys:
            self.foreign.add(".".join(path))
        return keys

    def through_stars(self, name: str) -> list[Key]:
        """Say what a name leads to that a `from … import *` may have brought."""
        keys: list[Key] = []
        for statement in self._statements("*"):
            base = ".".join(self._base(statement)) if isinstance(statement, ast.ImportFrom) else ""
            other = self._source(base)
            if other is None:
                self.foreign.add(base)
            elif name in other.units:
                keys.append((base, name))
            elif other is not self.found:
                keys += Imports(other, self._source).through_stars(name)
        return keys

    def leads_to_flowyml(self, names: Chain, depth: int = 5) -> bool:
        """Tell whether a name is flowyml's, also through a module of the project's."""
        keys, labels = self.of_chain(names)
        if any(label.partition(".")[0] == "flowyml" for label in labels):
            return True
        others = [(self._source(module), name) for module, name in keys if name]
        return depth > 0 and any(
            other.module != self.found.module
            and Imports(other, self._source).leads_to_flowyml((name,), depth - 1)
            for other, name in others
            if other
        )

    def modules_named(self, start: str) -> Iterator[Key]:
        """Give the modules beside this one or below whose dotted name starts with a text."""
        self.found.unsure = True  # more files than those of these modules decide
        folder = Path(self.found.file).parent
        parts = self.found.package.split(".") if self.found.package else []
        for file in sorted(folder.rglob("*.py")):
            inner = file.relative_to(folder).with_suffix("").parts
            name = ".".join((*parts, *(inner[:-1] if inner[-1] == "__init__" else inner)))
            if name.startswith(start) and self._source(name):
                yield name, None

    def _statements(self, name: str) -> list[ast.AST]:
        return [unit[-1] for unit in self.found.units.get(name, ())]

    def _paths(self, statement: ast.Import | ast.ImportFrom, names: Chain) -> Iterator[Chain]:
        for alias in statement.names:
            full = tuple(alias.name.split("."))
            if isinstance(statement, ast.ImportFrom):
                if names[0] == (alias.asname or alias.name):
                    yield (*self._base(statement), *full, *names[1:])
            elif alias.asname == names[0]:
                yield (*full, *names[1:])
            elif not alias.asname and full[0] == names[0]:
                yield names

    def _base(self, statement: ast.ImportFrom) -> Chain:
        named = tuple(statement.module.split(".")) if statement.module else ()
        if not statement.level:
            return named
        package = self.found.package.split(".")
        return (*package[: len(package) - statement.level + 1], *named)


def _is_never_true(condition: ast.AST) -> bool:
    """Tell whether a condition is one that holds for type checkers or scripts alone."""
    words = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(condition)}
    return not words.isdisjoint({"TYPE_CHECKING", "__name__"})


def dynamic_keys(used: Uses, imports: Imports) -> list[Key]:
    """Give the modules that code reaches by names it computes: all of them, to be sure."""
    own: Key = (imports.found.module, None)
    keys: list[Key] = [own] if any(c[:2] == ("sys", "modules") for c in used.chains) else []
    for call in used.calls:
        name = (chain(call.func) or ("",))[-1]
        if name in _EVALUATING or (name in _BY_NAME and _text(call.args[1:2]) is None):
            keys.append(own)
        elif name in _IMPORTING:
            keys += _imported(call, imports, own)
    return keys


def _imported(call: ast.Call, imports: Imports, own: Key) -> list[Key]:
    name = _text(call.args[:1])
    if name is not None and not name.startswith("."):
        return imports.locate(tuple(name.split(".")))
    return [own, *imports.modules_named(_beginning(call.args[:1]))]


def _beginning(arguments: Iterable[ast.expr]) -> str:
    """Give the text that a computed text starts with, as far as it is written there."""
    for argument in arguments:
        if isinstance(argument, ast.JoinedStr):
            return _text(argument.values[:1]) or ""
        if isinstance(argument, ast.BinOp):
            return _beginning([argument.left]) or _text([argument.left]) or ""
    return ""


def _text(arguments: Iterable[ast.expr]) -> str | None:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
    return None
