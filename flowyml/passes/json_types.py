"""JSON types of annotations and values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from flowyml.ir import JsonType, TypeIR

_BY_NAME: dict[str, JsonType] = {
    "builtins.bool": "boolean",
    "builtins.int": "integer",
    "builtins.float": "number",
    "builtins.str": "string",
    "builtins.list": "array",
    "builtins.dict": "object",
    "collections.abc.Sequence": "array",
    "collections.abc.Mapping": "object",
}
_OF_VALUE: dict[type, JsonType] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def json_type(annotation: TypeIR | None) -> tuple[JsonType | None, bool]:
    """Give the JSON type that an annotation asks for, and whether it takes None.

    Returns:
        None as the type where nothing is annotated; `any` where the annotation is not a JSON type.
    """
    if annotation is None:
        return None, False
    if annotation.name == "None":
        return "null", True
    if annotation.name == "union":
        members: list[JsonType] = [
            json_type(arg)[0] or "any" for arg in annotation.args if arg.name != "None"
        ]
        nullable = any(arg.name == "None" for arg in annotation.args)
        return join(members), nullable
    if annotation.name == "typing.Literal":
        return join(_literal(arg.name) for arg in annotation.args), False
    return _BY_NAME.get(annotation.name, "any"), False


def join(types: Iterable[JsonType]) -> JsonType:
    """Give the one type that holds all: int widens to float, else differing types are `any`."""
    found = set(types)
    if found == {"integer", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "any"


def type_of_value(value: Any) -> JsonType:
    """Give the JSON type of a plain value; `any` for None, which tells nothing."""
    kind: type[object] = cast("Any", type(value))
    return _OF_VALUE.get(kind, "any")


def fits(value: Any, type_: JsonType) -> bool:
    """Tell whether a plain value is of a JSON type; a whole number is a number too."""
    own = type_of_value(value)
    return type_ in ("any", own) or (type_ == "number" and own == "integer")


def _literal(text: str) -> JsonType:
    if text in ("True", "False"):
        return "boolean"
    if text == "None":
        return "null"
    return "string" if text[:1] in "'\"" else "integer"
