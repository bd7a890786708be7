"""Whether data has the format's form: every field that it does not have, every value that is none.

Protobuf's own reader stops at the first; this one goes through all, with the paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from flowyml.diagnostics import near
from flowyml_kubeflow.fields import unknown_to
from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.validate.spec import Finding, Path
from flowyml_kubeflow.versions import Version

Severity: TypeAlias = Literal["error", "warning"]
_DURATION = re.compile(r"-?\d+(\.\d{1,9})?s")
FREE = frozenset({"google.protobuf.Value", "google.protobuf.Struct", "google.protobuf.ListValue"})


def misfits(
    data: Any, message: str, path: Path = (), on: Version | None = None
) -> tuple[Any, tuple[Finding, ...]]:
    """Compare JSON data with a message of the format.

    Args:
        data: what was read.
        message: the class, for example `PipelineSpec`.
        path: where the data stands in its document.
        on: the version that is to know every field; None takes what any knows.

    Returns:
        The data with the format's own names of fields and without what does not fit, and what did
        not.
    """
    reader = _Reader(on)
    fitting = reader.message(data, getattr(messages(), message).DESCRIPTOR, path)
    return fitting, tuple(reader.found)


class _Reader:
    def __init__(self, on: Version | None) -> None:
        self._on = on
        self.found: list[Finding] = []

    def message(self, data: Any, descriptor: Any, path: Path) -> Any:
        """Give what fits of an object; None if nothing does."""
        special = SPECIAL.get(descriptor.full_name)
        if special:
            return self._checked(data, special, path)
        if descriptor.full_name in FREE:
            return data
        if not is_object(data):
            return self._wrong(path, f"an object is expected, not {_kind(data)}")
        fields = dict(_fields(descriptor))
        kept: dict[str, Any] = {}
        for key, value in data.items():
            field = fields.get(str(key))
            if field is None:
                self._wrong((*path, str(key)), f"there is no such field; {near(str(key), fields)}")
            elif value is not None:
                self._aged(f"{descriptor.name}.{field.json_name}", (*path, str(key)))
                kept[field.json_name] = self._field(value, field, (*path, str(key)))
        return {key: value for key, value in kept.items() if value is not None}

    def _field(self, value: Any, field: Any, path: Path) -> Any:
        if is_map(field):
            inner = field.message_type.fields_by_name["value"]
            return self._entries(value, lambda v, p: self._single(v, inner, p), path)
        if not is_repeated(field):
            return self._single(value, field, path)
        if not is_array(value):
            return self._wrong(path, f"a list is expected, not {_kind(value)}")
        read = [self._single(each, field, (*path, str(n))) for n, each in enumerate(value)]
        return [each for each in read if each is not None]

    def _entries(self, value: Any, read: Callable[[Any, Path], Any], path: Path) -> Any:
        if not is_object(value):
            return self._wrong(path, f"an object is expected, not {_kind(value)}")
        entries = {str(key): read(each, (*path, str(key))) for key, each in value.items()}
        return {key: each for key, each in entries.items() if each is not None}

    def _single(self, value: Any, field: Any, path: Path) -> Any:
        if field.message_type is not None:
            return self.message(value, field.message_type, path)
        if field.enum_type is not None:
            names, numbers = field.enum_type.values_by_name, field.enum_type.values_by_number
            known = names if isinstance(value, str) else numbers
            if isinstance(value, str | int) and value in known:
                self._aged(f"{field.enum_type.name}.{value}", path)
                return value
            return self._wrong(
                path, f"{value!r} is no {field.enum_type.name}; {near(str(value), names)}"
            )
        return self._checked(value, SCALARS.get(field.cpp_type, lambda _value: None), path)

    def _checked(self, value: Any, problem: Callable[[Any], str | None], path: Path) -> Any:
        wrong = problem(value)
        return self._wrong(path, wrong) if wrong else value

    def _aged(self, name: str, path: Path) -> None:
        """Refuse what came with a later version than the one that is asked about."""
        if self._on is not None and (first := unknown_to(self._on, name)):
            self._wrong(path, f"{self._on.target} does not know '{name}', which came with {first}")

    def _wrong(self, path: Path, message: str) -> None:
        self.found.append(Finding(path=path, message=message.removesuffix("; ")))


def _duration(value: Any) -> str | None:
    fits = isinstance(value, str) and _DURATION.fullmatch(value)
    return None if fits else f"{value!r} is no duration in seconds, such as '60s'"


def text(value: Any) -> str | None:
    """Say why a value is no text; None if it is."""
    return None if isinstance(value, str) else f"text is expected, not {_kind(value)}"


def truth(value: Any) -> str | None:
    """Say why a value is neither true nor false; None if it is."""
    return None if isinstance(value, bool) else f"true or false is expected, not {_kind(value)}"


def whole(value: Any) -> str | None:
    """Say why a value is no whole number, which may be written as text; None if it is."""
    integral = isinstance(value, int) and not isinstance(value, bool)
    integral = integral or (isinstance(value, float) and value.is_integer())
    written = isinstance(value, str) and re.fullmatch(r"-?\d+", value)
    return None if integral or written else f"a whole number is expected, not {value!r:.80}"


def _number(value: Any) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    return None if fits else f"a number is expected, not {value!r:.80}"


SPECIAL: Mapping[str, Callable[[Any], str | None]] = {"google.protobuf.Duration": _duration}
# Protobuf's numbers for how a field is kept (`FieldDescriptor.CPPTYPE_…`).
_INTEGERS, _FLOATS, _BOOL, _STRING = (1, 2, 3, 4), (5, 6), 7, 9
SCALARS: Mapping[int, Callable[[Any], str | None]] = {
    **dict.fromkeys(_INTEGERS, whole),
    **dict.fromkeys(_FLOATS, _number),
    _BOOL: truth,
    _STRING: text,
}


def _fields(descriptor: Any) -> Iterator[tuple[str, Any]]:
    """Give each field under both names that the format's JSON takes."""
    for field in descriptor.fields:
        yield field.json_name, field
        yield field.name, field


def is_map(field: Any) -> bool:
    """Tell whether a field holds a map."""
    inner = field.message_type
    return bool(inner is not None and inner.has_options and inner.GetOptions().map_entry)


def is_repeated(field: Any) -> bool:
    """Tell whether a field holds several values."""
    repeated = getattr(field, "is_repeated", None)  # protobuf 6; `label` is on its way out
    return bool(field.label == field.LABEL_REPEATED if repeated is None else repeated)


def _kind(value: Any) -> str:
    if is_object(value):
        return "an object"
    if is_array(value):
        return "a list"
    return "text" if isinstance(value, str) else f"{value!r:.80}"
