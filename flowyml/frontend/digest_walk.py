"""What a piece of a project's code reaches: a graph of top-level names over its modules.

Each name is looked at once in a process; only values are read again every time.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import FunctionType
from typing import Any

from flowyml.frontend.digest_imports import IMPORTS, Imports, dynamic_keys
from flowyml.frontend.digest_modules import Source, source
from flowyml.frontend.digest_project import Project, live, own_name
from flowyml.frontend.digest_scope import Uses, chain, uses
from flowyml.frontend.digest_source import normal_form
from flowyml.frontend.digest_values import Key, OpaqueError, encode

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BUILTIN = frozenset(vars(builtins))
_ATTRIBUTES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__spec__", "__path__"})

# What gives another value on another machine, in another process or at another time. A global made
# with it counts by its source: by value no worker would ever have the source that was compiled.
_VOLATILE = frozenset({
    "__file__", "__version__", "version", "version_info", "platform", "uname", "cpu_count",
    "abspath", "realpath", "absolute", "resolve", "cwd", "getcwd", "home", "expanduser",
    "environ", "environb", "getenv", "expandvars", "argv", "executable", "gettempdir", "mkdtemp",
    "getlogin", "getpid", "getuser", "gethostname", "stat", "getmtime", "st_mtime", "exists",
    "is_file", "is_dir", "isfile", "isdir", "glob", "iglob", "rglob", "iterdir", "listdir",
    "scandir", "walk", "ctime", "localtime", "monotonic", "now", "perf_counter", "strftime", "time",
    "time_ns", "today", "utcnow", "randbytes", "randint", "random", "sample", "shuffle",
    "token_hex", "urandom", "uuid1", "uuid4", "hash", "id", "set", "frozenset",
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of the source.

    Attributes:
        text: what it says, in a form that is equal for equal meaning.
        keys: what of the project it uses.
        packages: the third-party top-level modules it uses.
        volatile: whether a value made with it depends on more than the source.
        moving: whether it is a global with a value that the text does not tell, because it is
            another one on another machine, or later.
    """

    text: str
    keys: tuple[Key, ...]
    packages: frozenset[str] = frozenset()
    volatile: bool = False
    moving: bool = False


class Walk:
    """Follows what pieces of one project use, starting in one of its modules.

    Attributes:
        data: the globals that counted, or could have counted, by value: modules and names.
    """

    def __init__(self, project: Project, start: str) -> None:
        self.project = project
        self._start = start
        self._sources: dict[str, Source | None] = {}
        self.data: set[tuple[str, str]] = set()

    def source(self, module: str) -> Source | None:
        """Give a module's source if it is of the project; as it was when first asked for."""
        if module not in self._sources:
            file = self.project.file(module)
            self._sources[module] = source(module, file) if file else None
        return self._sources[module]

    def asked(self) -> dict[str, Source | None] | None:
        """Give every module that was looked for, with its source if it is of the project.

        For each module that was looked into, that is all that anybody asked of it: no more goes
        into a digest, and what a piece took from an earlier walk is in it. None if such a piece
        went by another module than this walk finds.
        """
        known = [found for found in self._sources.values() if found is not None]
        before = [item for found in known for item in found.asked.items()]
        if any(self.source(name) is not then for name, then in before):
            return None
        return dict(sorted(self._sources.items()))

    def _imports(self, found: Source) -> Imports:
        def asked(module: str) -> Source | None:
            there = self.source(module)
            found.asked.setdefault(module, there)
            return there

        return Imports(found, asked)

    def reach(self, start: Iterable[Key]) -> dict[Key, Piece]:
        """Give every piece that is reached, sorted by its name."""
        return dict(sorted(self._follow(start, self.piece).items(), key=_order))

    def piece(self, key: Key) -> Piece:
        """Give what stands at a name: plain data by value, all else by source."""
        written = self._written(key)
        found = self.source(key[0])
        if key[1] is None or found is None or not _is_data(found, key[1]):
            return written
        return self._data(found, key[1], written)

    def of_nodes(
        self, found: Source, nodes: Sequence[ast.AST], hidden: Set[str] = frozenset()
    ) -> Piece:
        """Give the piece that consists of syntax trees of a module.

        Args:
            found: the module.
            nodes: the trees.
            hidden: names that the code takes from elsewhere than the module.
        """
        imports = self._imports(found)
        plain = [_without_wiring(node, imports) for node in nodes]
        imports.foreign.clear()
        used = uses(plain)
        keys, labels = self._targets(used, hidden, imports)
        keys += dynamic_keys(used, imports)
        packages = frozenset(path.partition(".")[0] for path in imports.foreign)
        text = f"{normal_form(plain)} {' '.join(sorted(labels))}"
        return Piece(_sha(text), tuple(dict.fromkeys(keys)), packages, _says_volatile(used))

    def _written(self, key: Key) -> Piece:
        """Give a piece by its source, made once for as long as its file stays the same."""
        found = self.source(key[0])
        if found is None:
            return Piece(f"no source: {key[0]}", ())
        memo = (self.project, key[1])
        if memo not in found.pieces:
            found.pieces[memo] = self._make(found, key[1])
        piece: Piece = found.pieces[memo]
        return piece

    def _make(self, found: Source, name: str | None) -> Piece:
        if name in found.units:
            nodes = [node for unit in found.units[name] for node in unit]
            return self.of_nodes(found, nodes)
        if name is not None:
            starred = self._imports(found).through_stars(name)
            return Piece("", tuple(starred or [(found.module, None)]))
        statements = [node for node in found.statements if not isinstance(node, IMPORTS)]
        return self.of_nodes(found, statements)

    def _data(self, found: Source, name: str, written: Piece) -> Piece:
        """Give the piece of a global that holds data, by value where that says more.

        A path in a value depends on the machine; the source stands for it.
        """
        namespace = self._namespace(found.module)
        if found.module in self._eager:
            self.data.add((found.module, name))
        if name not in namespace:
            return written
        try:
            value = encode(namespace[name])
        except OpaqueError:
            keys = self.class_of(namespace[name])
            return dataclasses.replace(written, keys=(*written.keys, *keys))
        keys = self.of_project(value.keys)
        if name in found.shared or self._is_volatile(written):
            return dataclasses.replace(written, keys=(*written.keys, *keys), moving=True)
        if value.paths:
            text = _sha(value.without_paths() + written.text)
            return Piece(text, (*written.keys, *keys), written.packages)
        return Piece(_sha(value.text), keys, written.packages)

    def _namespace(self, module: str) -> Mapping[str, Any]:
        """Give the values in a module, if it is loaded wherever the first module is.

        What a function imports may or may not be loaded by now, and the digest must not differ.
        """
        loaded = live(module) if module in self._eager or not self._eager else None
        return {} if loaded is None else vars(loaded)

    @functools.cached_property
    def _eager(self) -> frozenset[str]:
        """The modules of the project that importing the first one imports."""
        found: set[str] = set()
        stack = [self._start]
        while stack:
            module = stack.pop()
            if module and module not in found:
                found.add(module)
                stack.append(module.rpartition(".")[0])
                stack.extend(self._imported(module))
        return frozenset(found)

    def _imported(self, module: str) -> tuple[str, ...]:
        source = self.source(module)
        if source is None:
            return ()
        memo = ("imported", self.project)
        if memo not in source.pieces:
            source.pieces[memo] = self._imports(source).at_top_level()
        modules: tuple[str, ...] = source.pieces[memo]
        return modules

    def class_of(self, value: object) -> tuple[Key, ...]:
        """Give the whole module of an instance's class, and of what its class derives from."""
        if isinstance(value, type | FunctionType):
            return ()
        return self.of_project((own_name(c.__module__), None) for c in type(value).__mro__)

    def of_project(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Keep what is the project's own."""
        return tuple(key for key in keys if self.source(key[0]))

    def _is_volatile(self, piece: Piece) -> bool:
        reached = self._follow(piece.keys, self._written)
        return piece.volatile or any(other.volatile for other in reached.values())

    def _targets(
        self, used: Uses, hidden: Set[str], imports: Imports
    ) -> tuple[list[Key], set[str]]:
        keys: list[Key] = []
        labels: set[str] = set()
        for names in sorted(used.chains):
            if names[0] in hidden:
                continue
            if names[0] not in imports.found.units:
                keys += self._unbound(names[0], imports)
                continue
            reached, paths = imports.of_chain(names)
            keys += reached
            labels |= {f"{'.'.join(names)}={path}" for path in paths}
        for statement in used.imports:
            keys += imports.of_statement(statement)
        return keys, labels

    def _unbound(self, name: str, imports: Imports) -> list[Key]:
        """Say where a name is from that the module's source does not bind."""
        if starred := imports.through_stars(name):
            return starred
        module = imports.found.module
        if name in _BUILTIN or name in _ATTRIBUTES:
            return []
        imports.found.unsure = True
        return [(module, None)] if name in self._namespace(module) else []

    def _follow(self, start: Iterable[Key], piece: Callable[[Key], Piece]) -> dict[Key, Piece]:
        found: dict[Key, Piece] = {}
        stack = list(start)
        while stack:
            key = stack.pop()
            if key not in found:
                found[key] = piece(key)
                stack.extend(found[key].keys)
        return found


def _order(item: tuple[Key, Piece]) -> tuple[str, str]:
    (module, name), _ = item
    return module, name or ""


def _is_data(found: Source, name: str) -> bool:
    units = found.units.get(name)
    return bool(units) and not any(
        isinstance(unit[-1], (*_DEFINITIONS, *IMPORTS)) for unit in units or ()
    )


def _says_volatile(used: Uses) -> bool:
    return not _VOLATILE.isdisjoint(used.words)


def _without_wiring(node: ast.AST, imports: Imports) -> ast.AST:
    """Give a function without flowyml's own decorators: what they say is in the IR."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node
    kept = [d for d in node.decorator_list if not _is_wiring(d, imports)]
    fields: dict[str, Any] = {**dict(ast.iter_fields(node)), "decorator_list": kept}
    return type(node)(**fields)


def _is_wiring(decorator: ast.expr, imports: Imports) -> bool:
    names = chain(decorator.func if isinstance(decorator, ast.Call) else decorator)
    if names is None:
        return False
    known = imports.found.pieces
    memo = ("flowyml", names)
    if memo not in known:
        known[memo] = imports.leads_to_flowyml(names)
    answer: bool = known[memo]
    return answer


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
