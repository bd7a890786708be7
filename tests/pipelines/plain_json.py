"""Plain JSON values of every kind, each as it was on the other side."""

from __future__ import annotations

from typing import Any

from flowyml import Pipeline, step

VALUES: dict[str, Any] = {
    "null": None,
    "yes": True,
    "no": False,
    "one": 1,
    "one_float": 1.0,
    "tenth": 0.1,
    "tiny": 1e-300,
    "huge": 1.7976931348623157e308,
    "negative_zero": -0.0,
    "beyond_double": 2**53 + 1,
    "beyond_64_bits": -(2**70),
    "text": "žluťoučký kůň 🐎 \u2028 \\ \" ' \t \x00",
    "empty": {"list": [], "dict": {}, "text": ""},
    "nested": [[1, [2.0, [None, {"deep": [True, {"": "key"}]}]]]],
}
EXPECTED_TYPES = {key: type(value).__name__ for key, value in VALUES.items()}


@step(outputs=["values"])
def make() -> dict[str, Any]:
    return VALUES


@step(outputs=["number", "flag", "text", "items"])
def single() -> list[Any]:
    return [2**63, False, "ünï", [1, 1.0]]


@step(outputs=["types"])
def look(values: dict[str, Any]) -> dict[str, str]:
    return {key: type(value).__name__ for key, value in values.items()}


@step(outputs=["equal"])
def compare(values: dict[str, Any], number: int, flag: bool, text: str, items: list[Any]) -> bool:
    same = repr(values) == repr(VALUES) and list(values) == list(VALUES)
    return same and (number, flag, text, repr(items)) == (2**63, False, "ünï", "[1, 1.0]")


pipeline = Pipeline("plain_json").add_steps([make, single, look, compare])
