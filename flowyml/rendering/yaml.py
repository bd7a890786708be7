"""The one dumper through which data becomes YAML.

It writes block style with sorted keys and no aliases. Plain text stays bare only where no reader
of YAML 1.1 or 1.2 could take it for anything else. PyYAML's two dumpers disagree on long and on
unusual text, and neither can place a comment or tell where a key went; this one does both, and is
faster than either. PyYAML still reads what it writes.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from flowyml.diagnostics import FlowymlError
from flowyml.frozen import dataclass

Path: TypeAlias = tuple[str, ...]
"""The keys from the root of a document to a place in it."""

# ASCII words that start with a letter and hold no mark that YAML gives a meaning to.
_BARE = re.compile(r"[A-Za-z_/](?:[\w./ :-]*[\w./-])?", re.ASCII)
_MARKS = re.compile("[&!]|<<")
"""What an anchor, a tag or a merge begins with; text may hold it too."""
_LONGEST_KEY = 1000  # readers take at most 1,024 characters before the colon
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# What a single-quoted line cannot hold as itself. The list is spelled out, since `isprintable`
# depends on the Unicode version of the interpreter.
_HIDDEN = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff"
_UNPRINTABLE = re.compile(f"[{_HIDDEN}]")


class YamlError(FlowymlError, ValueError):
    """A value that YAML does not give back equal."""


@dataclass(frozen=True, kw_only=True)
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
    writer = _Writer(comments or {})
    writer.block(data, (), "")
    return Document(text="\n".join(writer.texts) + "\n", lines=writer.lines)


def load(text: str) -> Any:
    """Read one YAML document as plain data.

    Raises:
        yaml.YAMLError: the text is not YAML, or holds several documents.
    """
    documents = load_all(text)
    if len(documents) > 1:
        from yaml.composer import ComposerError

        raise ComposerError(None, None, "expected one document, and found several", None)
    return documents[0] if documents else None


def load_all(text: str) -> list[Any]:
    """Read every YAML document as plain data.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    import yaml

    kind = cast("Any", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    plain = None if _MARKS.search(text) else _plain(kind(text))
    return list(yaml.load_all(text, Loader=kind)) if plain is None else plain


def _plain(loader: Any) -> list[Any] | None:
    """Read documents without anchors and tags; None if they need the usual way."""
    try:
        return list(_Reader(loader).documents())
    except TypeError:  # a key that is data itself
        return None
    finally:
        loader.dispose()


class _Reader:
    """Makes data of what PyYAML's parser says, as PyYAML does and in an eighth of its time."""

    def __init__(self, loader: Any) -> None:
        from yaml import events, nodes

        self._loader, self._next, self._node = loader, loader.get_event, nodes.ScalarNode
        self._around = (events.StreamStartEvent, events.DocumentStartEvent, events.DocumentEndEvent)
        self._scalar, self._last = events.ScalarEvent, events.StreamEndEvent
        self._made: dict[Any, Callable[[], Any]] = {
            events.MappingStartEvent: self._mapping,
            events.SequenceStartEvent: self._sequence,
        }
        self._ends = (events.MappingEndEvent, events.SequenceEndEvent)
        self._bare: dict[str, Any] = {}

    def documents(self) -> Iterator[Any]:
        """Give each document's data.

        Raises:
            TypeError: a key that is data itself, or an alias.
        """
        while type(event := self._next()) is not self._last:
            if not isinstance(event, self._around):
                yield self._data(event)

    def _data(self, event: Any) -> Any:
        if type(event) is not self._scalar:
            made = self._made.get(type(event))
            if made is None:
                raise TypeError("an alias")
            return made()
        return self._resolved(event) if event.implicit[0] else event.value

    def _mapping(self) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while type(event := self._next()) not in self._ends:
            key = self._data(event)
            found[key] = self._data(self._next())
        return found

    def _sequence(self) -> list[Any]:
        found: list[Any] = []
        while type(event := self._next()) not in self._ends:
            found.append(self._data(event))
        return found

    def _resolved(self, event: Any) -> Any:
        """Give what bare text says: a number, a truth value, a date, or itself."""
        text = event.value
        if text not in self._bare:
            tag = self._loader.resolve(self._node, text, (True, False))
            node = self._node(tag, text, event.start_mark, event.end_mark)
            self._bare[text] = self._loader.construct_object(node, deep=True)
        return self._bare[text]


def comment(text: str) -> str:
    """Write text so that it stays within one comment line."""
    return f"# {_UNPRINTABLE.sub(_escape, text)}"


class _Writer:
    """Collects the lines of a document; the first line of a list's item begins with a dash."""

    def __init__(self, comments: Mapping[Path, str]) -> None:
        self.texts: list[str] = []
        self.lines: dict[Path, int] = {}
        self._comments = comments

    def block(self, data: Any, path: Path, indent: str) -> None:
        """Write data below its key."""
        if not _nested(data):
            self.texts.append(f"{indent}{_scalar(data)}")
        elif isinstance(data, Mapping):
            self._mapping(cast("Any", data), path, indent)
        else:
            self._sequence(data, path, indent)

    def _mapping(self, data: Mapping[Any, Any], path: Path, indent: str) -> None:
        texts, deeper = self.texts, f"{indent}  "
        for key in sorted(data, key=_text_key):
            value, here = data[key], (*path, key)
            if here in self._comments:
                texts.append(indent + comment(self._comments[here]))
            texts.append(f"{indent}{_key(key)}:")
            self.lines[here] = len(texts)
            if type(value) is str or not _nested(value):
                texts[-1] += f" {_scalar(value)}"
            elif isinstance(value, Mapping):
                self._mapping(cast("Any", value), here, deeper)
            else:
                self._sequence(value, here, indent)

    def _sequence(self, data: Any, path: Path, indent: str) -> None:
        for number, item in enumerate(data):
            first = len(self.texts)
            self.block(item, (*path, str(number)), f"{indent}  ")
            self.texts[first] = f"{indent}- {self.texts[first][len(indent) + 2 :]}"


def _nested(value: Any) -> bool:
    return isinstance(value, (dict, list, tuple, Mapping)) and bool(cast("Any", value))


def _text_key(key: Any) -> str:
    if type(key) is not str:
        raise YamlError(f"the key {key!r:.80} is not text")
    return key


@functools.lru_cache(maxsize=2048)
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


@functools.lru_cache(maxsize=2048)
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
