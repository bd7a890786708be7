"""The one door through which values become Python text."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from typing import Any, cast

from flowyml.diagnostics import FlowymlError

# Whatever would not show as itself in an editor: control characters, surrogates, line separators,
# the marks that reorder text, the byte order mark. `repr` is not used, since what it escapes
# depends on the Unicode version of the interpreter.
_HIDDEN = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[{_HIDDEN}]")
_PLAIN = re.compile(r"[ !#-\[\]-~]*")  # ASCII that needs no escape in double quotes
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class LiteralError(FlowymlError, ValueError):
    """A value that no Python literal gives back equal."""


def py(value: object) -> str:
    """Write plain JSON data as a Python literal.

    Args:
        value: None, bool, int, float, str, and lists and dicts of these; dict keys are text.

    Returns:
        Text that `ast.literal_eval` reads back as an equal value of equal types.

    Raises:
        LiteralError: any other value, NaN and the infinities, or one too deep or too long to read.
    """
    if _is_certain(value):
        return _write(value)
    try:
        text = _write(value)
        same = identical(ast.literal_eval(text), value)
    except (RecursionError, MemoryError, SyntaxError, ValueError) as error:
        raise LiteralError(f"no Python literal holds this value: {error}") from None
    if not same:
        raise LiteralError(f"the Python literal {text[:80]} does not read back as the same value")
    return text


def _is_certain(value: object, depth: int = 9) -> bool:
    """Tell whether there is one way to write a value, so that it need not be read back.

    Python's parser takes any value that is not deeper than `depth`.
    """
    if isinstance(value, str):
        return type(value) is str and bool(_PLAIN.fullmatch(value))
    parts: list[Any] = []
    if type(value) is list:
        parts = cast("Any", value)
    elif type(value) is dict:
        items: dict[Any, Any] = cast("Any", value)
        parts = [*items, *items.values()]
    else:
        return False
    return depth > 0 and all(_is_certain(part, depth - 1) for part in parts)


def docstring(text: str) -> str:
    """Write text as a docstring; what it reads back as is `tidy(text)` with space around it."""
    safe = tidy(text).replace("\\", "\\\\")
    if '"""' in safe or safe.endswith('"'):
        safe = safe.replace('"', '\\"')
    lines = [_UNPRINTABLE.sub(_escape, line) for line in safe.split("\n")]
    return '"""{}"""'.format("\n".join([*lines, ""] if lines[1:] else lines))


def tidy(text: str) -> str:
    """Lay text out as a formatter leaves a docstring: no tabs, no common indent, no end spaces."""
    first, *rest = [line.rstrip() for line in text.expandtabs().strip().splitlines()] or [""]
    margin = min((len(line) - len(line.lstrip()) for line in rest if line), default=0)
    return "\n".join([first, *(line[margin:] for line in rest)])


def comment(text: str) -> str:
    """Write text so that it stays within one comment line."""
    return _UNPRINTABLE.sub(_escape, text)


def identical(left: object, right: object) -> bool:
    """Tell whether two plain values are equal and of equal types, all the way down."""
    if type(left) is not type(right):
        return False
    same = _SAME.get(type(left))
    return left == right if same is None else same(left, right)


def _same_dicts(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return list(left) == list(right) and all(identical(left[k], right[k]) for k in left)


def _same_lists(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(map(identical, left, right))


def _same_floats(left: float, right: float) -> bool:
    return left == right and math.copysign(1, left) == math.copysign(1, right)


_SAME: dict[type, Callable[[Any, Any], bool]] = {
    dict: _same_dicts,
    list: _same_lists,
    float: _same_floats,
}


def _write(value: object) -> str:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise ValueError(f"{value!r:.80} is not plain JSON data")
    return writer(value)


def _dict(value: dict[str, Any]) -> str:
    for key in value:
        if type(key) is not str:
            raise ValueError(f"the key {key!r:.80} is not text")
    return f"{{{', '.join(f'{_quoted(k)}: {_write(v)}' for k, v in value.items())}}}"


def _list(value: list[Any]) -> str:
    return f"[{', '.join(map(_write, value))}]"


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not plain JSON data")
    return repr(value)


def _quoted(text: str) -> str:
    """Quote text as black does: double quotes, unless single ones save escapes."""
    quote = "'" if '"' in text and "'" not in text else '"'
    plain = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{_UNPRINTABLE.sub(_escape, plain)}{quote}"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _NAMED.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): repr,
    bool: repr,
    int: repr,
    float: _float,
    str: _quoted,
    list: _list,
    dict: _dict,
}
