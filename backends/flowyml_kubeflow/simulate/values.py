"""Values as the backend's Go code writes and reads them (2.5: `metadata/converter.go`)."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from flowyml_kubeflow.json_data import is_array, is_object

_INT = re.compile(r"[+-]?[0-9]+")
_TRUTH = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_KINDS: dict[str, tuple[type, ...]] = {
    "NUMBER_INTEGER": (int, float),
    "NUMBER_DOUBLE": (int, float),
    "STRING": (str,),
    "BOOLEAN": (bool,),
    "LIST": (list,),
    "STRUCT": (dict,),
    "TASK_FINAL_STATUS": (dict,),
}
_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def stored(value: Any) -> Any:
    """Give a value as it is once the backend has kept it: every number is a double there."""
    if is_object(value):
        return {key: stored(item) for key, item in value.items()}
    if is_array(value):
        return [stored(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        double = float(value)
        return int(double) if double.is_integer() and abs(double) < 1e21 else double
    return value


def has_type(value: Any, parameter_type: str) -> bool:
    """Tell whether a value is of a parameter type; a whole number and a double are one kind."""
    return type(value) in _KINDS.get(parameter_type, ())


def to_text(value: Any) -> str:
    """Write a value as text: null and strings bare, whole doubles without a dot, the rest JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    text = json.dumps(stored(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "".join(_HTML.get(char, char) for char in text)


def from_text(text: str, parameter_type: str) -> Any:
    """Read an output parameter's file.

    Raises:
        ValueError: the text is no value of that type.
    """
    if parameter_type == "STRING":
        return text
    if parameter_type == "NUMBER_INTEGER":
        return _integer(text.strip())
    if parameter_type == "NUMBER_DOUBLE":
        return stored(_double(text.strip()))
    if parameter_type == "BOOLEAN":
        return _boolean(text.strip())
    value = stored(json.loads(text))
    if not has_type(value, parameter_type):
        raise ValueError(f"{text!r:.80} is not JSON of the type {parameter_type}")
    return value


def _number(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _integer(text: str) -> Any:
    if not _INT.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(f"{text!r:.80} is not a whole number of 64 bits")
    return stored(int(text))


def _double(text: str) -> float:
    if "_" in text:
        raise ValueError(f"{text!r:.80} is not a number")
    return float(text)


def _boolean(text: str) -> bool:
    if text not in _TRUTH:
        raise ValueError(f"{text!r:.80} is not true or false")
    return _TRUTH[text]
