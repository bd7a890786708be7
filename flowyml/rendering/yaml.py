"""The one dumper through which data becomes YAML.

It writes block style with sorted keys and no aliases. Plain text stays bare only where no reader
of YAML 1.1 or 1.2 could take it for anything else. PyYAML's two dumpers disagree on long and on
unusual text, and neither can place a comment or tell where a key went; this one does both, and is
faster than either. PyYAML still reads what it writes.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

from flowyml.diagnostics import FlowymlError

Path: TypeAlias = tuple[str, ...]
"""The keys from the root of a document to a place in it."""

# ASCII words that start with a letter and hold no mark that YAML gives a meaning to.
_BARE = re.compile(r"[A-Za-z_/](?:[\w./ :-]*[\w./-])?", re.ASCII)
_LONGEST_KEY = 1000  # readers take at most 1,024 characters before the colon
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What a single-quoted line cannot hold as itself. The list is spelled out, since `isprintable`
# depends on the Unicode version of the interpreter.
_HIDDEN = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[{_HIDDEN}]")


class YamlError(FlowymlError, ValueError):
    """A value that YAML does not give back equal."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Document:
    """Text, and the 1-based line on which each key of its mappings stands."""

    text: str
    lines: Mapping[Path, int]


def dump(data: Any) -> str:
    """Write JSON-like data as YAML.

    Raises:
        YamlError: NaN or an infinity, a key that is not text, or data that is not JSON-like.
    """
    return document(data).text


def document(data: Any, comments: Mapping[Path, str] | None = None) -> Document:
    """Write JSON-like data as YAML with comments.

    Args:
        data: None, bool, int, float, str, and lists and dicts of these.
        comments: for the path of a key, the comment line above it.

    Raises:
        YamlError: as `dump`.
    """
    texts: list[str] = []
    lines: dict[Path, int] = {}
    for path, text in _block(data, (), ""):
        if path is not None:
            if comments and path in comments:
                indent = " " * (len(text) - len(text.lstrip(" ")))
                texts.append(indent + comment(comments[path]))
            lines[path] = len(texts) + 1
        texts.append(text)
    return Document(text="\n".join(texts) + "\n", lines=lines)


def load(text: str) -> Any:
    """Read one YAML document as plain data.

    Raises:
        yaml.YAMLError: the text is not YAML, or holds several documents.
    """
    import yaml

    loader = cast("Any", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are the safe ones


def comment(text: str) -> str:
    """Write text so that it stays within one comment line."""
    return f"# {_UNPRINTABLE.sub(_escape, text)}"


def _block(data: Any, path: Path, indent: str) -> Iterator[tuple[Path | None, str]]:
    if isinstance(data, Mapping) and data:
        yield from _mapping(data, path, indent)
    elif isinstance(data, (list, tuple)) and data:
        yield from _sequence(data, path, indent)
    else:
        yield None, f"{indent}{_scalar(data)}"


def _mapping(data: Any, path: Path, indent: str) -> Iterator[tuple[Path | None, str]]:
    for key in sorted(data, key=_text_key):
        value, here = data[key], (*path, key)
        if not _nested(value):
            yield here, f"{indent}{_key(key)}: {_scalar(value)}"
            continue
        yield here, f"{indent}{_key(key)}:"
        deeper = indent if isinstance(value, (list, tuple)) else f"{indent}  "
        yield from _block(value, here, deeper)


def _sequence(data: Any, path: Path, indent: str) -> Iterator[tuple[Path | None, str]]:
    for number, item in enumerate(data):
        first = True
        for place, text in _block(item, (*path, str(number)), f"{indent}  "):
            yield place, f"{indent}- {text[len(indent) + 2 :]}" if first else text
            first = False


def _nested(value: Any) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and bool(cast("Any", value))


def _text_key(key: Any) -> str:
    if type(key) is not str:
        raise YamlError(f"the key {key!r:.80} is not text")
    return key


def _key(key: str) -> str:
    text = _string(key)
    if len(text) > _LONGEST_KEY:
        raise YamlError(f"the key {key!r:.80} … has more than {_LONGEST_KEY} characters")
    return text


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    if isinstance(value, float) and math.isfinite(value):
        return _float(value)
    if isinstance(value, (Mapping, list, tuple)):
        return "{}" if isinstance(value, Mapping) else "[]"
    raise YamlError(f"{value!r:.80} is not JSON-like data")


def _float(value: float) -> str:
    """Write a float with a dot: YAML 1.1 takes `1e+16` for text."""
    mantissa, mark, exponent = repr(value).partition("e")
    return repr(value) if not mark or "." in mantissa else f"{mantissa}.0e{exponent}"


def _string(text: str) -> str:
    if _BARE.fullmatch(text) and ": " not in text and text.lower() not in _WORDS:
        return text
    if _UNPRINTABLE.search(text):
        escaped = json.dumps(text, ensure_ascii=False)
        return _UNPRINTABLE.sub(_escape, escaped)
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        raise YamlError(f"the lone surrogate {code:#06x} is not text")
    return f"\\u{code:04x}"
