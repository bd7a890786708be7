"""Typed settings of targets: sections of `flowyml.yaml`, and `Pipeline(settings={…})`.

A model of settings checks each value by itself. What depends on several is the backend's to say, of
the settings as a whole: those of the pipeline over those of the stack, key by key.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from flowyml.backend import HasSettings
from flowyml.diagnostics import near
from flowyml.registry import backend_names, load_backend
from flowyml.stacks.document import Where
from flowyml.stacks.schema import Reference

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Schema: TypeAlias = Mapping[str, Any]
Model = TypeVar("Model", bound=BaseModel)


class Refusal(NamedTuple):
    """A value that its model does not take: the way to it, and why."""

    where: Where
    message: str


def settings_models() -> dict[str, type[BaseModel]]:
    """Give the models of the settings of targets, by the target's name."""
    backends = {name: load_backend(name) for name in backend_names()}
    return {
        name: backend.settings()
        for name, backend in backends.items()
        if isinstance(backend, HasSettings)
    }


def read(model: type[Model], value: Any) -> tuple[Model, list[Refusal]]:
    """Validate; what is wrong is told and left out, so that the rest is checked too."""
    left = copy.deepcopy(value)
    schema = model.model_json_schema()
    found: list[Refusal] = []
    while True:
        try:
            return model.model_validate(left), found
        except ValidationError as error:
            told = [_refusal(each, left, schema) for each in error.errors(include_url=False)]
            found += [each for each in told if not _lies_over(each.where, found)]
            if any(each.where == () for each in told):
                return model.model_validate({}), found
            for each in told:
                drop(left, each.where)


def _lies_over(where: Where, found: list[Refusal]) -> bool:
    """Tell whether something within this place was left out, which alone may have made it wrong."""
    return any(each.where[: len(where)] == where and each.where != where for each in found)


def plain(settings: BaseModel) -> dict[str, Any]:
    """Give settings as JSON data: what was said alone."""
    return settings.model_dump(mode="json", exclude_unset=True)


def over(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others: mappings key by key, anything else as a whole."""
    both = dict(base)
    for key, value in top.items():
        below = both.get(key)
        both[key] = over(below, value) if _is_mapping(value) and _is_mapping(below) else value
    return both


def references(model: type[BaseModel]) -> frozenset[str]:
    """Name the settings of a target that are secrets by reference."""
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if Reference in get_args(field.annotation))


def laid(model: type[BaseModel], base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings of a target over others, as `over`; a secret by reference as a whole."""
    whole = {key: top[key] for key in references(model) & top.keys()}
    return over(base, top) | whole


def flat(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Give every setting under the way to it: `airflow.steps.train.pool`."""
    for key, value in settings.items():
        name = f"{prefix}.{key}"
        if _is_mapping(value):
            yield from flat(value, name)
        else:
            yield name, value


def drop(value: Any, where: Where) -> None:
    """Take the value at a place away; of a list, the whole."""
    for key, after in pairwise((*where, 0)):
        if not isinstance(value, dict) or key not in value:
            return
        inner: dict[Any, Any] = cast("Any", value)
        if isinstance(after, int):
            del inner[key]
            return
        value = inner[key]


def _refusal(error: ErrorDetails, value: Any, schema: Mapping[str, Any]) -> Refusal:
    where, kind = _place(error["loc"], value), error["type"]
    key = f"{where[-1] if where else 'the file'}{_inside(error['loc'], value)}"
    if kind == "extra_forbidden":
        unknown = str(error["loc"][-1])
        hint = near(unknown, _keys(schema, schema, error["loc"][:-1]))
        return Refusal(where, f"unknown key '{unknown}'; {hint}")
    if where[2:3] == ("artifact_store",):
        return Refusal(where, f"{key} takes a folder, a URL, {{env: NAME}} or {{file: PATH}}")
    if error.get("ctx", {}).get("class_name") == Reference.__name__:
        return Refusal(where, f"{key} takes {{env: NAME}} or {{file: PATH}}, not the secret itself")
    if kind == "missing":
        return Refusal(where, f"{key} lacks '{error['loc'][-1]}'")
    said = error["msg"].removeprefix("Value error, ").replace("Input should", "must")
    said = said.replace("String should", "must")
    return Refusal(where, f"{key} {_TAKES.get(kind, said)}")


_TAKES = {
    "string_type": "takes text",
    "tuple_type": "takes a list",
    "model_type": "takes a mapping",
    "dict_type": "takes a mapping",
    "int_parsing": "takes a whole number",
    "int_type": "takes a whole number",
    "int_from_float": "takes a whole number",
    "bool_parsing": "takes true or false",
    "bool_type": "takes true or false",
}


def _place(loc: Where, value: Any) -> Where:
    """Find the value that an error is about: a place in the data, and not in the schema."""
    for depth, key in enumerate(loc):
        if not _is_mapping(value) or key not in value:
            return loc[:depth]  # a list is right or wrong as a whole
        value = value[str(key)]
    return loc


def _inside(loc: Where, value: Any) -> str:
    """Name the place in a list that an error is about: `[0].operator`."""
    found, listed = "", False
    for key in loc:
        if isinstance(value, list) and isinstance(key, int):
            listed, found, value = True, f"{found}[{key}]", cast("Any", value)[key]
        elif _is_mapping(value) and key in value:
            found, value = f"{found}.{key}" if listed else "", value[str(key)]
        else:
            break
    return found


def _keys(root: Schema, schema: Schema, where: Where) -> set[str]:
    """List the keys that a schema knows at a place."""
    found: set[str] = set()
    for each in _alternatives(root, schema):
        known: Mapping[str, Any] = each.get("properties", {})
        if not where:
            found |= {*known}
        else:  # a step of a way that is in no mapping or list names one of several models
            inner = known.get(str(where[0])) or each.get("additionalProperties")
            found |= _keys(root, inner or each.get("items") or each, where[1:])
    return found


def _alternatives(root: Schema, schema: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        schema = root["$defs"][str(schema["$ref"]).rpartition("/")[2]]
    if several := schema.get("anyOf") or schema.get("oneOf"):
        for each in several:
            yield from _alternatives(root, each)
    else:
        yield schema


def _is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)
