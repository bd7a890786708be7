"""Which names of its module a piece of source code uses.

Locals do not count: a parameter that is called as another step does not depend on that step.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from flowyml.frontend.digest_source import bound_by, bound_names, children, own_nodes

Chain: TypeAlias = tuple[str, ...]
"""A name and the attributes read from it: `helpers.clean.fast` is three."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclasses.dataclass
class Uses:
    """What a piece of code uses.

    Attributes:
        chains: names from outside, with the attributes read from them.
        imports: the import statements inside functions.
        calls: the calls, for what is reached by a computed name.
        words: every name and attribute that occurs; `set` where there is a set.
    """

    chains: set[Chain] = dataclasses.field(default_factory=set[Chain])
    imports: list[ast.Import | ast.ImportFrom] = dataclasses.field(
        default_factory=list["ast.Import | ast.ImportFrom"]
    )
    calls: list[ast.Call] = dataclasses.field(default_factory=list[ast.Call])
    words: set[str] = dataclasses.field(default_factory=set[str])


def uses(nodes: Iterable[ast.AST]) -> Uses:
    """Collect what code at a module's top level uses.

    Names that the code binds at the top level itself count as used.
    """
    found = Uses()
    found.chains = _scope(nodes, frozenset(), found)
    return found


def chain(node: ast.AST) -> Chain | None:
    """Give `("a", "b")` for `a.b`; None if there is more to it than names."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else None


def _scope(nodes: Iterable[ast.AST], bound: frozenset[str], found: Uses) -> set[Chain]:
    """Give the names that one scope and those within it take from outside of it."""
    chains: set[Chain] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        _note(node, found)
        names = chain(node)
        if names is not None:
            chains.add(names)
            found.words.update(names)
        elif isinstance(node, _FUNCTIONS):
            stack.extend(_outside(node))
            chains |= _scope(_body(node), _locals(node), found)
        elif isinstance(node, _COMPREHENSIONS):
            stack.append(node.generators[0].iter)
            targets = frozenset(n for each in node.generators for n in bound_names(each.target))
            chains |= _scope(_comprehension(node), targets, found)
        else:
            stack.extend(_children(node))
    return {names for names in chains if names[0] not in bound}


def _note(node: ast.AST, found: Uses) -> None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        found.imports.append(node)
    elif isinstance(node, ast.Call):
        found.calls.append(node)
    elif isinstance(node, ast.Attribute):
        found.words.add(node.attr)
    elif isinstance(node, ast.Set | ast.SetComp):
        found.words.add("set")


def _children(node: ast.AST) -> list[ast.AST]:
    return [] if isinstance(node, ast.Import | ast.ImportFrom) else children(node)


def _outside(function: ast.AST) -> Iterator[ast.AST]:
    """Give what a `def` evaluates where it stands: decorators, defaults, annotations."""
    for name, value in ast.iter_fields(function):
        if name == "args":
            yield from (default for default in (*value.defaults, *value.kw_defaults) if default)
            yield from (arg.annotation for arg in _arguments(value) if arg.annotation)
        elif name == "decorator_list":
            yield from value
        elif name == "returns" and value is not None:
            yield value


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.AST]:
    if isinstance(function, ast.Lambda):
        return [function.body]
    return [*function.body, *getattr(function, "type_params", ())]


def _comprehension(node: ast.AST) -> Iterator[ast.AST]:
    for child in children(node):
        if not isinstance(child, ast.comprehension):
            yield child
        elif child is getattr(node, "generators")[0]:  # noqa: B009 - four types have it
            yield from (child.target, *child.ifs)
        else:
            yield child


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    names = {arg.arg for arg in _arguments(function.args)}
    if isinstance(function, ast.Lambda):
        return frozenset(names)
    names.update(param.name for param in getattr(function, "type_params", ()))
    foreign: set[str] = set()
    for statement in function.body:
        own = own_nodes(statement)
        names.update(bound_by(own))
        foreign.update(_declared_elsewhere(own))
    return frozenset(names - foreign)


def _declared_elsewhere(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    yield from (arg for arg in (arguments.vararg, arguments.kwarg) if arg)
