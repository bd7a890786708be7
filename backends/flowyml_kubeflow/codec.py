"""How context values travel through Kubeflow's parameters.

Kubeflow keeps every number as a double, so that whole numbers beyond 2^53 change, and `1.0` inside
a list comes back as `1`; it has no null; and Argo, below it, replaces what stands in `{{…}}`. What
would not arrive as it left travels as a STRING that holds JSON. This module is imported by workers:
standard library only.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import FlowymlError
from flowyml_kubeflow.json_data import is_array, is_object

if TYPE_CHECKING:
    from flowyml.ir import ContextParameter

_EXACT = 2**53  # a double holds each whole number below this
_TYPES = {
    "integer": "NUMBER_INTEGER",
    "number": "NUMBER_DOUBLE",
    "string": "STRING",
    "boolean": "BOOLEAN",
    "array": "LIST",
    "object": "STRUCT",
}


class InexactError(FlowymlError, ValueError):
    """A number that Kubeflow has already rounded."""


def parameter_type(parameter: ContextParameter) -> str:
    """Name the Kubeflow type of a context parameter."""
    return "STRING" if is_encoded(parameter) else _TYPES[parameter.type]


def is_encoded(parameter: ContextParameter) -> bool:
    """Tell whether a parameter travels as JSON text, because some value of it would not survive."""
    if parameter.nullable or parameter.type not in _TYPES:
        return True
    return parameter.has_default and not survives(parameter.default)


def survives(value: Any) -> bool:
    """Tell whether a JSON value leaves a Kubeflow parameter of its type as it went in."""
    return has_exact_numbers(value) and not _has_braces(value)


def has_exact_numbers(value: Any) -> bool:
    """Tell whether every number in a JSON value comes back equal and of its own type."""
    if isinstance(value, float):
        return value != 0.0 or math.copysign(1, value) > 0
    return _exact_inside(value)


def encode(value: Any) -> str:
    """Write a value as JSON text in which Argo finds nothing to replace."""
    return without_braces(json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False))


def without_braces(text: str) -> str:
    r"""Rewrite JSON text so that it holds no `{{`: within JSON strings `{` is also `\u007b`."""
    return text.replace("{{", "{\\u007b")


def decode(text: str, type_: str) -> Any:
    """Read what `encode` wrote, or what a person typed in its place.

    Args:
        text: what arrived.
        type_: the JSON type of the parameter. Where text is asked for, only null and a JSON string
            are read as JSON; where anything is, whatever is JSON. All other types are left to the
            runtime, which reads text as the type that it casts to.
    """
    if type_ == "string" and text != "null" and not text.startswith('"'):
        return text
    if type_ not in ("string", "any"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def inexact(name: str, value: Any) -> InexactError:
    """Say that a value cannot travel as a number, and what to do instead."""
    return InexactError(
        f"the context value '{name}' holds {value!r:.80}, which Kubeflow may round: it keeps "
        "numbers as doubles, and 1.0 in a list as 1; give the parameter such a value as its "
        "default, which makes it travel as text"
    )


def check_exact(name: str, value: Any) -> None:
    """Refuse a whole number that may have been rounded on its way.

    Raises:
        InexactError: with what to do instead.
    """
    if isinstance(value, int) and abs(value) >= _EXACT:
        raise inexact(name, value)
    for item in _items(value):
        check_exact(name, item)


def _exact_inside(value: Any) -> bool:
    if isinstance(value, float):
        return not value.is_integer()
    if isinstance(value, int):
        return abs(value) < _EXACT
    return all(map(_exact_inside, _items(value)))


def _has_braces(value: Any) -> bool:
    if isinstance(value, str):
        return "{{" in value
    return any(map(_has_braces, _items(value)))


def _items(value: Any) -> list[Any]:
    """List what is directly inside a JSON value; the keys of a dict count."""
    if is_object(value):
        return [*value, *value.values()]
    return value if is_array(value) else []
