"""`flowyml.yaml` as plain values: variables put in, and the line of everything."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import yaml

Where: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists."""

_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{")
_NULL = "tag:yaml.org,2002:null"


@dataclasses.dataclass(frozen=True, order=True)
class Problem:
    """One mistake.

    Attributes:
        line: 1-based.
        message: what is wrong, and what to do.
        stack: the stack that it is in, if it is in one.
        unset: whether the file is right, and only a variable is not set here.
    """

    line: int
    message: str
    stack: str = ""
    unset: bool = False


@dataclasses.dataclass(frozen=True)
class Document:
    """What a file says.

    Attributes:
        value: mappings, lists, text and None; numbers and switches are the text that was written.
        lines: the 1-based line of every value.
        problems: what is wrong with the writing.
        unset: where a variable stands that is not set.
    """

    value: Any
    lines: Mapping[Where, int]
    problems: tuple[Problem, ...]
    unset: frozenset[Where]


def parse(text: str, environment: Mapping[str, str]) -> Document:
    """Read a document; nothing in it is executed.

    Args:
        text: the file's.
        environment: what `${VAR}` stands for.
    """
    reader = _Reader(environment)
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        reader.problems.append(Problem(mark.line + 1 if mark else 1, f"this is no YAML: {why}"))
        node = None
    except RecursionError:
        reader.problems.append(Problem(1, "this is nested too deep to be read"))
        node = None
    value = None if node is None else reader.value(node, ())
    return Document(value, reader.lines, tuple(reader.problems), frozenset(reader.unset))


class _Reader:
    """Walks the nodes of a document."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._open: list[yaml.Node] = []
        self.lines: dict[Where, int] = {}
        self.problems: list[Problem] = []
        self.unset: set[Where] = set()

    def value(self, node: yaml.Node, where: Where) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if any(node is each for each in self._open):
            self._wrong(where, "this holds itself")
            return None
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return dict(self._entries(node, where))
            if isinstance(node, yaml.SequenceNode):
                return [self.value(each, (*where, i)) for i, each in enumerate(node.value)]
            return None if node.tag == _NULL else self._text(str(node.value), where)
        finally:
            self._open.pop()

    def _entries(self, node: yaml.MappingNode, where: Where) -> Iterator[tuple[str, Any]]:
        for key, value in node.value:
            inner = (*where, str(key.value))
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(where, "a key must be a word", line)
            elif inner in self.lines:
                first = self.lines[inner]
                self._wrong(inner, f"'{key.value}' is there twice, first in line {first}", line)
            else:
                self.lines[inner] = line
                yield str(key.value), self.value(value, inner)

    def _text(self, text: str, where: Where) -> str | None:
        """Put variables in, as a shell does; None if one is missing."""
        before = len(self.problems)
        found = _VARIABLE.sub(lambda match: self._variable(match, where), text)
        if len(self.problems) == before:
            return found
        self.unset.add(where)
        return None

    def _variable(self, match: re.Match[str], where: Where) -> str:
        name, default = match.groups()
        if match.group() == "$${":
            return "${"
        if name is None:
            self._wrong(where, "write ${NAME} or ${NAME:-default}; $${ stands for ${")
            return ""
        value = self._environment.get(name)
        if default is not None:
            return value or default
        if value is None:
            self._wrong(
                where, f"${{{name}}} is not set; set it, or write ${{{name}:-default}}", unset=True
            )
        return value or ""

    def _wrong(
        self, where: Where, message: str, line: int | None = None, *, unset: bool = False
    ) -> None:
        self.problems.append(Problem(line or self.lines[where], message, stack_of(where), unset))


def stack_of(where: Where) -> str:
    """Name the stack that a place is in; empty if it is in none."""
    return str(where[1]) if len(where) > 1 and where[0] == "stacks" else ""
