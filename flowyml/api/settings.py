"""Settings of targets for one pipeline: `Pipeline(settings={"airflow": {…}})`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, cast

from flowyml.frontend.jsonlike import json_problem

Settings = dict[str, dict[str, Any]]


def checked_settings(settings: Mapping[str, Mapping[str, Any]] | None) -> Settings:
    """Check the form of settings; whether a target knows them shows when they are compiled.

    Tuples become lists, and dates their ISO 8601 text.

    Raises:
        TypeError: no mapping by target, or a value that is no plain JSON.
    """
    if settings is not None and not isinstance(settings, Mapping):
        raise TypeError(f"settings= takes {_FORM}, not {type(settings).__name__}")
    found: Settings = {}
    for target, own in (settings or {}).items():
        if not isinstance(own, Mapping):
            raise TypeError(f"settings= takes {_FORM}; {target!r} has {own!r}")
        found[target] = _plain(own)
    if problem := json_problem(found):
        raise TypeError(f"settings= takes plain JSON values, and {problem}")
    return found


_FORM = 'settings by target, as in {"airflow": {"owner": "team"}}'


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        entries: Mapping[Any, Any] = cast("Any", value)
        return {key: _plain(each) for key, each in entries.items()}
    if isinstance(value, list | tuple):
        items: list[Any] = cast("Any", value)
        return [_plain(each) for each in items]
    return value.isoformat() if isinstance(value, datetime.date) else value
