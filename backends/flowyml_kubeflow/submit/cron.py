"""Cron as Kubeflow reads it: six fields, seconds first (robfig/cron 1, which its server uses)."""

from __future__ import annotations

import re

_SUNDAY = 7
_RANGE = re.compile(r"([0-7])(?:-([0-7]))?(/[0-9]+)?")


def six_fields(cron: str) -> str:
    """Write the five fields of cron as six, at second 0.

    Its days of the week end with Saturday, 6: Sunday is 0 there and never 7.

    Example:
        >>> six_fields("30 2 * * 7")
        '0 30 2 * * 0'
    """
    *others, weekday = cron.split()
    days = [_days(part) for part in weekday.split(",")]
    return " ".join(("0", *others, ",".join(dict.fromkeys(days))))


def _days(part: str) -> str:
    """Write one part of the days of the week without a 7."""
    match = _RANGE.fullmatch(part)
    if match is None:
        return part
    first, last = int(match[1]), int(match[2] or match[1])
    if last != _SUNDAY:
        return part
    step = int((match[3] or "/1")[1:])
    return ",".join(str(day % _SUNDAY) for day in range(first, last + 1, step))
