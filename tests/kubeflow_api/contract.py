"""What the public v2beta1 API says of messages, by the models that Kubeflow publishes for it.

Kubeflow's own description lists each field with its type, and none as required: what a call cannot
do without is written here by hand, from the comments of that description.
"""

from __future__ import annotations

import re
from typing import Any

import kfp_server_api

REQUIRED = {
    "V2beta1Pipeline": (("display_name", "name"),),
    "V2beta1Experiment": (("display_name",),),
    "V2beta1Run": (
        ("display_name",),
        ("pipeline_version_reference", "pipeline_spec", "pipeline_version_id"),
    ),
    "V2beta1RecurringRun": (
        ("display_name",),
        ("pipeline_version_reference", "pipeline_spec", "pipeline_version_id"),
        ("trigger",),
        ("max_concurrency",),
        ("mode",),
    ),
    "V2beta1PipelineVersionReference": (("pipeline_id",),),
}
_PLAIN = {"str": (str,), "bool": (bool,), "int": (int,), "float": (int, float), "object": ()}
_INNER = re.compile(r"(list|dict)\((?:str, )?(.*)\)|list\[(.*)\]")
_LONG = re.compile(r".*\.(max_concurrency|interval_second|execution_id)")
"""Integers of 64 bits: the models call them text, and JSON may hold either."""
_SNAKE = re.compile(r"(?<!^)(?=[A-Z])")


def problems(message: Any, kind: str, place: str = "") -> list[str]:
    """Say what is wrong with a message of a kind; empty if nothing is."""
    if inner := _INNER.fullmatch(kind):
        return _each(message, inner[2] or inner[3], is_list="list" in kind, place=place)
    if kind in _PLAIN:
        return [] if _is_plain(message, kind, place) else [f"{place}: {message!r:.60} is no {kind}"]
    if kind == "datetime":
        return [] if isinstance(message, str) else [f"{place}: {message!r:.60} is no time"]
    model = getattr(kfp_server_api, kind)
    if not model.openapi_types:
        known = model.allowable_values
        return [] if message in known else [f"{place}: {message!r} is none of {known}"]
    if not isinstance(message, dict):
        return [f"{place}: {message!r:.60} is no {kind}"]
    return _fields(message, model, kind, place)


def _fields(message: dict[str, Any], model: Any, kind: str, place: str) -> list[str]:
    found = []
    types = {model.attribute_map[name]: type_ for name, type_ in model.openapi_types.items()}
    for key, value in message.items():
        name = key if key in types else _SNAKE.sub("_", key).lower()
        if name not in types:
            found.append(f'unknown field "{key}" in {place or kind}')
        elif value is not None:
            found += problems(value, types[name], f"{place}.{key}")
    for wanted in REQUIRED.get(kind, ()):
        if not any(message.get(name) for name in wanted):
            found.append(f"{kind} needs {' or '.join(wanted)}")
    return found


def _each(message: Any, kind: str, *, is_list: bool, place: str) -> list[str]:
    if not isinstance(message, list if is_list else dict):
        return [f"{place}: {message!r:.60} is no {'list' if is_list else 'object'}"]
    items = message if is_list else message.values()
    return [each for item in items for each in problems(item, kind, place)]


def _is_plain(message: Any, kind: str, place: str) -> bool:
    """Tell whether a value is of a plain kind; an object is any JSON value."""
    if kind == "object" or (_LONG.fullmatch(place) and type(message) is int):
        return True
    return type(message) in _PLAIN[kind]
