"""What annotations say of context values besides their type: `Annotated[float, Field(gt=0)]`."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from flowyml.frontend.jsonlike import json_problem
from flowyml.ir.limits import UNREAD

_KEYWORDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
}
"""What JSON Schema calls the attributes of `annotated_types` and of `pydantic.Field`."""
_LENGTHS = ((str, "Length"), (Sequence, "Items"), (Mapping, "Properties"))
_OWNERS = ("annotated_types", "pydantic")
_WORDS = ("description", "documentation", "title", "examples", "unit")
"""What is said for people, and changes no value."""
_READ = {*_KEYWORDS, "min_length", "max_length", *_WORDS, "allow_inf_nan"}  # which JSON has not
_OF_FIELDS = ("default", "default_factory", "alias", "validation_alias", "discriminator")


class Said(NamedTuple):
    """What an annotation says: limits as JSON Schema has them, and words for people."""

    limits: Mapping[str, Any] | None = None
    description: str | None = None


def said(annotation: Any) -> Said:
    """Read limits and description of an evaluated annotation.

    They come of `pydantic.Field(…)`, of `annotated_types`, and of `Literal[…]`. What is within
    lists and dicts says nothing here, and whether a limit suits a value shows in a later pass. So
    does what pydantic would do with the value and flowyml does not, as a validator: it is listed.
    """
    found: dict[str, Any] = {}
    unread: list[str] = []
    description: str | None = None
    for kind, each in _metadata(annotation):
        told = getattr(each, "description", None) or getattr(each, "documentation", None)
        description = told or description
        found.update(_limits(kind, each))
        unread += _unread(each)
    return Said({**found, **({UNREAD: unread} if unread else {})} or None, description)


def _metadata(annotation: Any) -> Iterator[tuple[Any, Any]]:
    """Give what an annotation holds besides the type, each with the type that it is said of."""
    origin, args = get_origin(annotation), get_args(annotation)
    for alias in ("__supertype__", "__value__"):  # NewType, and `type X = …` of Python 3.12
        if hasattr(annotation, alias):
            yield from _metadata(getattr(annotation, alias))
    if origin in (Union, types.UnionType):
        yield from _metadata(only) if (only := _without_none(args)) else ()
    elif origin is Literal:
        yield annotation, annotation
    elif origin is Annotated:
        yield from _metadata(args[0])
        for each in args[1:]:
            if type(each).__module__.partition(".")[0] in _OWNERS:
                yield from ((args[0], one) for one in (each, *getattr(each, "metadata", ())))


def _limits(kind: Any, each: Any) -> Iterator[tuple[str, Any]]:
    if get_origin(each) is Literal:
        values = list(get_args(each))
        yield from [] if json_problem(values) else [("enum", values)]
        return
    for name, keyword in _KEYWORDS.items():
        if (limit := getattr(each, name, None)) is not None:
            yield keyword, _plain(limit)
    for end in ("min", "max"):
        limit = getattr(each, f"{end}_length", None)
        if limit is not None and not (end == "min" and limit == 0):  # what `Len(0, 5)` means
            yield end + _length(kind), _plain(limit)


def _unread(each: Any) -> Iterator[str]:
    """Name what has an effect elsewhere and none here: `AfterValidator`, `strip_whitespace`."""
    kind = type(each).__name__
    if get_origin(each) is Literal:
        return
    if kind == "FieldInfo":
        names = [name for name in _OF_FIELDS if _is_set(getattr(each, name))]
        yield from (f"Field({name}=…)" for name in names)
    elif dataclasses.is_dataclass(each):
        said = {field.name: getattr(each, field.name) for field in dataclasses.fields(each)}
        yield from _named(kind, said)
    else:
        yield from _named("Field", getattr(each, "__dict__", {}) or {"": True})


def _named(kind: str, said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if name not in _READ and value is not False and _is_set(value):
            yield kind if name in ("", "func", kind.lower()) else f"{kind}({name}=…)"


def _is_set(value: Any) -> bool:
    """Tell whether a value was given: pydantic has a value of its own for none."""
    given = value is not None and value is not ...
    return given and type(value).__name__ != "PydanticUndefinedType"


def _without_none(members: tuple[Any, ...]) -> Any:
    """Give the type that a union with None is of; None if it is of several."""
    found = [each for each in members if each is not type(None)]
    return found[0] if len(found) == 1 else None


def _length(kind: Any) -> str:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _length(_without_none(args))
    if origin is Annotated:
        return _length(args[0])
    bare = origin or kind
    return next(
        (name for of, name in _LENGTHS if isinstance(bare, type) and issubclass(bare, of)), "Length"
    )


def _plain(limit: Any) -> Any:
    text = getattr(limit, "pattern", limit)  # a compiled pattern's
    return text if json_problem(text) is None else repr(text)
