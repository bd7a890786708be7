"""Python expressions as data: what a DAG file says, before and after it is text.

A value is plain JSON data, or a dict, list, call or item that holds such values. `write` and
`read` are inverse, so that emitted text can be read back and compared with what was meant.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from flowyml.rendering import py


@dataclasses.dataclass(frozen=True)
class Name:
    """A name: `__doc__`, `timezone.utc`."""

    id: str


@dataclasses.dataclass(frozen=True)
class Item:
    """One output of a task: `load["raw_data"]`, or of an operator: `load.output["raw_data"]`."""

    variable: str
    key: str


@dataclasses.dataclass(frozen=True)
class Method:
    """A method of what a call gives: `step.override(…).expand`."""

    of: Call
    name: str


@dataclasses.dataclass(frozen=True)
class Call:
    """A call: `Param(0.1, type="number")`, a call of a call, or of its method."""

    function: str | Call | Method
    args: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


def write(value: Any) -> str:
    """Write an expression as Python.

    Raises:
        LiteralError: it holds a value that is none of ours and no JSON data.
    """
    if isinstance(value, Name):
        return value.id
    if isinstance(value, Item):
        return f"{value.variable}[{py(value.key)}]"
    if isinstance(value, Method):
        return f"{write(value.of)}.{value.name}"
    if isinstance(value, Call):
        return _write_call(value)
    if _is_plain(value):
        return py(cast("object", value))
    if isinstance(value, list):
        return f"[{', '.join(map(write, _parts(value)))}]"
    items = cast("dict[str, Any]", value).items()
    return f"{{{', '.join(f'{py(key)}: {write(each)}' for key, each in items)}}}"


def read(node: ast.expr) -> Any:
    """Read what `write` wrote.

    Raises:
        ValueError: an expression that `write` never writes.
    """
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute(value=ast.Name(id="timezone"), attr="utc"):
            return Name("timezone.utc")
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str() as key)):
            return Item(name, key)
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="output"),
            slice=ast.Constant(value=str() as key),
        ):
            return Item(f"{name}.output", key)
        case ast.Call():
            return _read_call(node)
        case ast.List(elts=elements):
            return list(map(read, elements))
        case ast.Dict():
            return {_key(k): read(v) for k, v in zip(node.keys, node.values, strict=True)}
        case _:
            return ast.literal_eval(node)


def names(value: Any) -> Iterator[str]:
    """List the functions that an expression calls and the modules it names, however deep."""
    if isinstance(value, Name) and "." in value.id:
        yield value.id.partition(".")[0]
    if isinstance(value, Call) and isinstance(value.function, str):
        yield value.function.partition(".")[0]
    yield from (name for part in _parts(value) for name in names(part))


def references(value: Any) -> Iterator[str]:
    """List the variables that an expression reads, however deep."""
    if isinstance(value, Name):
        yield value.id
    if isinstance(value, Item):
        yield value.variable
    yield from (name for part in _parts(value) for name in references(part))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Method):
        return [value.of]
    if isinstance(value, Call):
        return [value.function, *value.args, *value.keywords.values()]
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return list(cast("Sequence[Any]", value)) if isinstance(value, list) else []


def _is_plain(value: Any) -> bool:
    """Tell whether a value is data alone, which is then written, and checked, as a whole."""
    return not isinstance(value, Name | Item | Call | Method) and all(map(_is_plain, _parts(value)))


def _write_call(call: Call) -> str:
    function = call.function if isinstance(call.function, str) else write(call.function)
    keywords = (f"{name}={write(value)}" for name, value in call.keywords.items())
    return f"{function}({', '.join([*map(write, call.args), *keywords])})"


def _read_call(node: ast.Call) -> Call:
    match node.func:
        case ast.Call() as inner:
            function = read(inner)
        case ast.Attribute(value=ast.Call() as inner, attr=name):
            function = Method(read(inner), name)
        case _:
            function = ast.unparse(node.func)
    keywords = {str(keyword.arg): read(keyword.value) for keyword in node.keywords}
    return Call(function, tuple(map(read, node.args)), keywords)


def _key(node: ast.expr | None) -> Any:
    if node is None:
        raise ValueError("a dict with ** in it")
    return ast.literal_eval(node)
