"""Plain JSON values, as JSON."""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO, cast

from flowyml.storage.serializer import Serializer

_DEPTH = 100  # far below where the JSON library's own recursion ends
_INTEGER_BITS = 2000  # Python refuses to read longer ones where its digit limit is set lowest (640)


class JsonSerializer(Serializer):
    """None, bool, int, finite float, str, and lists and str-keyed dicts of exactly these types.

    A list or dict that occurs twice is left to pickling, which keeps it one object; so is what
    contains itself.
    """

    name = "json"
    suffix = ".json"

    def accepts(self, value: object) -> bool:
        """Tell whether the value comes back from JSON as it was."""
        level: list[object] = [value]
        seen: set[int] = set()
        for _ in range(_DEPTH):
            inner: list[object] = []
            if not all(_plain(item, inner, seen) for item in level):
                return False
            if not inner:
                return True
            level = inner
        return False

    def dump(self, value: Any, file: BinaryIO) -> None:
        """Write compact UTF-8, keys in their order."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file.write(text.encode())

    def load(self, file: BinaryIO) -> Any:
        """Read the value."""
        return json.loads(file.read())


def _plain(item: object, inner: list[object], seen: set[int]) -> bool:
    """Judge one item; what it contains is added to `inner`, to be judged next."""
    if type(item) is str:
        return is_encodable(item)
    if type(item) is int:
        return item.bit_length() <= _INTEGER_BITS
    if type(item) is float:
        return math.isfinite(item)
    if type(item) is list or type(item) is dict:
        return _plain_container(cast("object", item), inner, seen)
    return item is None or type(item) is bool


def _plain_container(item: object, inner: list[object], seen: set[int]) -> bool:
    if id(item) in seen:
        return False
    seen.add(id(item))
    if type(item) is list:
        items = cast("list[object]", item)
        if set(map(type, items)) == {float}:  # a long series of numbers, judged at once
            return all(map(math.isfinite, cast("list[float]", items)))
        inner.extend(items)
        return True
    pairs = cast("dict[object, object]", item)
    inner.extend(pairs.values())
    return all(type(key) is str and is_encodable(key) for key in pairs)


def is_encodable(text: str) -> bool:
    """Tell whether a text has a UTF-8 form: half a surrogate pair has none."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
