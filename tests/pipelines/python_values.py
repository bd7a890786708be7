"""Values that JSON has no word for, and objects of the project's own classes."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
from typing import Any

from flowyml import Pipeline, step


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int
    colour: Colour = Colour.RED


PLAIN: dict[str, Any] = {
    "tuple": (1, ("two", 3.0), [4, (5,)]),
    "set": {1, 2, 3},
    "frozenset": frozenset({"a", "b"}),
    "bytes": bytes(range(256)),
    "complex": 1 + 2j,
    "range": range(3, 9, 2),
    "decimal": decimal.Decimal("1.10"),
    "date": datetime.date(2024, 2, 29),
    "aware": datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc),
    "keys": {1: "int", (2, 3): "tuple", None: "none"},
    "infinite": [math.inf, -math.inf],
}


@step(outputs=["plain"])
def make_plain():
    return PLAIN


@step(outputs=["points", "colour", "pair", "blob"])
def make_own() -> tuple[list[Point], Colour, tuple[int, str], bytes]:
    return [Point(1, 2), Point(3, 4, Colour.BLUE)], Colour.BLUE, (1, "one"), b"\x00\xff"


@step(outputs=["equal"])
def compare(plain, points: list[Point], colour: Colour, pair: tuple[int, str], blob: bytes):
    """Types included: 1.10 is not 1.1, a tuple no list, an enum's member the very member."""
    return [
        {key: (type(plain[key]), plain[key]) == (type(PLAIN[key]), PLAIN[key]) for key in PLAIN},
        points == [Point(1, 2), Point(3, 4, Colour.BLUE)],
        colour is Colour.BLUE,
        pair == (1, "one") and type(pair) is tuple,
        blob == b"\x00\xff",
    ]


pipeline = Pipeline("python_values").add_steps([make_plain, make_own, compare])
