"""Cron expressions: those that every scheduler reads alike, in one spelling.

The common ground of Airflow's (croniter) and Kubeflow's (robfig/cron): five fields of numbers,
names, ranges, steps and lists. What only one of them has, or they read differently, is refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flowyml.diagnostics import near

PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


class _Field(NamedTuple):
    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


_WEEKDAY, _SATURDAY = "day of the week", 6
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field(_WEEKDAY, 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def normal(text: str) -> str:
    """Give an expression in its one spelling: five fields of numbers.

    Raises:
        ValueError: it does not parse, never comes, or is read differently by different schedulers.

    Example:
        >>> normal("30 6 * * Mon-Fri"), normal("@daily")
        ('30 6 * * 1-5', '0 0 * * *')
    """
    stripped = text.strip().lower()
    if stripped.startswith("@"):
        if stripped not in PRESETS:
            raise ValueError(f"there is no '{text}'; {near(stripped, PRESETS)}")
        return PRESETS[stripped]
    fields = stripped.split()
    if len(fields) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise ValueError(f"it has {len(fields)} fields, and not five: {names}")
    values = [_values(own, field) for own, field in zip(fields, _FIELDS, strict=True)]
    _refuse_odd_days(fields, values)
    return " ".join(map(_spelled, fields, _FIELDS, values))


def _values(text: str, field: _Field) -> list[int]:
    """List what a field stands for, in order."""
    return sorted({value for item in text.split(",") for value in _item(item, field)})


def _item(item: str, field: _Field) -> Iterator[int]:
    span, slash, step = item.partition("/")
    first, dash, last = span.partition("-")
    if slash and not (step.isascii() and step.isdecimal() and int(step)):
        raise ValueError(f"'{item}' ({field.name}) has no step after the slash")
    end = min(field.most, _SATURDAY) if field.name == _WEEKDAY else field.most
    if span == "*":
        low, high = field.least, end
    else:
        low = _number(first, field, item)
        high = _number(last, field, item) if dash else end if slash else low
    if low > high:
        raise ValueError(f"'{item}' ({field.name}) ends before it begins")
    return iter(range(low, high + 1, int(step or 1)))


def _number(text: str, field: _Field, item: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.least
    if not (text.isascii() and text.isdecimal()):
        names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
        raise ValueError(f"'{item}' ({field.name}) is no {field.least} to {field.most}{names}")
    if not field.least <= int(text) <= field.most:
        raise ValueError(f"'{item}' ({field.name}) is not within {field.least} to {field.most}")
    return int(text)


def _refuse_odd_days(fields: Sequence[str], values: Sequence[Sequence[int]]) -> None:
    """Refuse days that never come, and those whose two fields schedulers combine differently."""
    day, weekday = fields[2], fields[4]
    every = len(values[2]) == _DAYS[0] or {value % 7 for value in values[4]} == set(range(7))
    if "*" not in (day, weekday):
        if "*" in day + weekday or every:
            raise ValueError(
                "days of the month and of the week are both limited, one to all days or by a step "
                "from '*', which schedulers read differently; list the days"
            )
    elif weekday == "*" and all(d > _DAYS[m - 1] for d, m in itertools.product(*values[2:4])):
        raise ValueError("no such day ever comes")


def _spelled(text: str, field: _Field, values: Sequence[int]) -> str:
    """Write a field in numbers; the second number of Sunday is Kubeflow's trouble."""
    if values[-1] > _SATURDAY and field.name == _WEEKDAY:
        return ",".join(str(value) for value in sorted({value % 7 for value in values}))
    for number, name in enumerate(field.names, field.least):
        text = text.replace(name, str(number))
    return re.sub(r"\d+", lambda digits: str(int(digits.group())), text)
