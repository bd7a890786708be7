"""The conditions of tasks: the part of CEL that Kubeflow's SDK writes, and what people add to it.

Kubeflow evaluates them with cel-go over the task's `ExecutorInput` (its source: `expression.go`).
Here: literals, `inputs.parameter_values['x']`, the conversions, `size`, `!`, `-`, arithmetic,
comparisons, `in`, `&&`, `||` and `? :`. Whole numbers and doubles compare, as in cel-go.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from flowyml.diagnostics import FlowymlError
from flowyml_kubeflow.json_data import is_array, is_object

Values: TypeAlias = Mapping[str, Any]
"""What the names in an expression stand for."""
Expression: TypeAlias = Callable[[Values], Any]


class CelError(FlowymlError, ValueError):
    """Text that is no expression, or an expression that has no value."""


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<double>\d+\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
    | (?P<int>\d+)u?
    | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign>&&|\|\||[=!<>]=|[][().,!<>+\-*/%?:])
    | (?P<rest>\S))""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def parse(text: str, names: Collection[str] = ("inputs",)) -> Expression:
    """Read an expression.

    Args:
        text: the expression.
        names: what it may name.

    Returns:
        A function from the values of those names to the expression's value; it raises CelError
        where there is none.

    Raises:
        CelError: the text is no expression, with the place where it stops being one.
    """
    return _Parser(text, names).whole()


def evaluate(text: str, parameters: Values) -> bool:
    """Evaluate a task's condition over the values of `inputs.parameter_values`.

    Raises:
        CelError: it is no expression, has no value, or one that is not a truth.
    """
    value = parse(text)({"inputs": {"parameter_values": parameters}})
    if not isinstance(value, bool):
        raise CelError(f"the condition {text!r} is {value!r:.80}, neither true nor false")
    return value


def select(text: str, value: str) -> Any:
    """Evaluate the selector of a parameter, as in `parseJson(string_value)["key"]`.

    Args:
        text: the selector.
        value: the parameter as text.

    Raises:
        CelError: it is no expression, or has no value.
    """
    return parse(text, SELECTABLE)({"string_value": value})


SELECTABLE = ("string_value",)
"""What a parameter's selector may name."""


class _Parser:
    """Recursive descent, one method a level of precedence, the loosest first."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._names = names
        self._tokens = [(m.lastgroup or "", m) for m in _TOKEN.finditer(text)]
        self._next = 0

    def whole(self) -> Expression:
        found = self._choice()
        if self._next < len(self._tokens):
            raise self._wrong()
        return found

    def _choice(self) -> Expression:
        condition = self._either()
        if not self._takes("?"):
            return condition
        yes = self._either()
        self._expects(":")
        no = self._choice()
        return lambda values: yes(values) if _truth(condition(values)) else no(values)

    def _either(self) -> Expression:
        left = self._both()
        while self._takes("||"):
            left = _logic(left, self._both(), decides=True)
        return left

    def _both(self) -> Expression:
        left = self._relation()
        while self._takes("&&"):
            left = _logic(left, self._relation(), decides=False)
        return left

    def _relation(self) -> Expression:
        left = self._sum()
        while sign := self._takes("==", "!=", *_ORDER, "in"):
            left = _compared(sign, left, self._sum())
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self._takes("+", "-"):
            left = _computed(sign, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while sign := self._takes("*", "/", "%"):
            left = _computed(sign, left, self._unary())
        return left

    def _unary(self) -> Expression:
        if self._takes("!"):
            operand = self._unary()
            return lambda values: not _truth(operand(values))
        if self._takes("-"):
            negated = self._unary()
            return lambda values: -_number(negated(values))
        return self._member()

    def _member(self) -> Expression:
        found = self._primary()
        while True:
            if self._takes("["):
                key = self._choice()
                self._expects("]")
                found = _item(found, key)
            elif self._takes("."):
                name = self._token("name")
                found = _item(found, _constant(name))
            else:
                return found

    def _primary(self) -> Expression:
        if self._takes("("):
            inner = self._choice()
            self._expects(")")
            return inner
        kind = self._tokens[self._next][0] if self._next < len(self._tokens) else ""
        if kind == "int":
            return _constant(int(self._token("int")))
        if kind == "double":
            return _constant(float(self._token("double")))
        if kind == "text":
            return _constant(_unquoted(self._token("text")))
        return self._named()

    def _named(self) -> Expression:
        here = self._next
        name = self._token("name")
        if name in _WORDS:
            return _constant(_WORDS[name])
        if name in _FUNCTIONS and self._takes("("):
            argument = self._choice()
            self._expects(")")
            return lambda values: _FUNCTIONS[name](argument(values))
        if name in self._names:
            return lambda values: values[name]
        self._next = here
        raise self._wrong()

    def _takes(self, *signs: str) -> str:
        """Step over the next token if it is one of these."""
        if self._next < len(self._tokens):
            kind, match = self._tokens[self._next]
            if kind in ("sign", "name") and match[kind] in signs:
                self._next += 1
                return str(match[kind])
        return ""

    def _expects(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._wrong()

    def _token(self, kind: str) -> str:
        if self._next == len(self._tokens) or self._tokens[self._next][0] != kind:
            raise self._wrong()
        self._next += 1
        return str(self._tokens[self._next - 1][1][kind])

    def _wrong(self) -> CelError:
        if self._next == len(self._tokens):
            return CelError(f"{self._text!r} is no condition: it ends too early")
        kind, match = self._tokens[self._next]
        place = match.start(kind) + 1
        return CelError(f"{self._text!r} is no condition: {match[kind]!r} at character {place}")


def _constant(value: Any) -> Expression:
    return lambda _values: value


def _logic(left: Expression, right: Expression, *, decides: bool) -> Expression:
    """Combine two truths; the side that decides makes up for an error on the other (CEL)."""

    def combined(values: Values) -> bool:
        try:
            if _truth(left(values)) is decides:
                return decides
        except CelError:
            if _truth(right(values)) is decides:
                return decides
            raise
        return _truth(right(values))

    return combined


def _compared(sign: str, left: Expression, right: Expression) -> Expression:
    def compared(values: Values) -> bool:
        one, other = left(values), right(values)
        if sign == "in":
            if not (is_array(other) or is_object(other)):
                raise CelError(f"'in' takes a list or a map, not {other!r:.80}")
            return any(_equal(one, each) for each in other)
        if sign in ("==", "!="):
            return _equal(one, other) == (sign == "==")
        if _kind(one) != _kind(other) or _kind(one) not in ("number", "str", "bool"):
            raise CelError(f"{one!r:.80} and {other!r:.80} have no order")
        return _ORDER[sign](one, other)

    return compared


def _computed(sign: str, left: Expression, right: Expression) -> Expression:
    def computed(values: Values) -> Any:
        one, other = left(values), right(values)
        if sign == "+" and isinstance(one, str) and isinstance(other, str):
            return one + other
        if type(one) is not type(other):
            raise CelError(f"{one!r:.80} {sign} {other!r:.80}: CEL computes with numbers of a kind")
        return _arithmetic(sign, _number(one), _number(other))

    return computed


def _arithmetic(sign: str, one: float, other: float) -> float:
    if sign == "+":
        return one + other
    if sign == "-":
        return one - other
    if sign == "*":
        return one * other
    if other == 0:
        raise CelError("division by zero")
    if sign == "%":
        return math.trunc(math.fmod(one, other))
    return math.trunc(one / other) if isinstance(one, int) else one / other


def _item(of: Expression, key: Expression) -> Expression:
    def item(values: Values) -> Any:
        holder: Any = of(values)
        name = key(values)
        try:
            return holder[name]
        except (KeyError, IndexError, TypeError):
            raise CelError(f"no such key: {name}") from None

    return item


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _equal(one: Any, other: Any) -> bool:
    return _kind(one) == _kind(other) and one == other


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise CelError(f"{value!r:.80} is neither true nor false")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CelError(f"{value!r:.80} is no number")
    return value


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text[1:-1])


def _converted(to: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        try:
            return to(value)
        except (ValueError, TypeError, OverflowError):
            raise CelError(f"{value!r:.80} cannot be converted") from None

    return convert


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "int": _converted(int),
    "uint": _converted(int),
    "double": _converted(float),
    "string": _as_text,
    "bool": lambda value: value if isinstance(value, bool) else _truth(_WORDS.get(str(value))),
    "size": _converted(len),
    "parseJson": _converted(json.loads),
}
