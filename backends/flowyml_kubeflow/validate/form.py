"""Whether data has the format's form: yes or no, fast, for text that is expected to.

Every compilation asks this of its own text. `schema.misfits` and `messages.to_message` say what is
wrong, and take several times as long. What the format's classes say is kept in `form.json`, which a
test compares with them: loading protobuf takes longer than all that is asked of it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.validate.schema import SCALARS, SPECIAL

Check: TypeAlias = Callable[[Any], bool]
Form: TypeAlias = Mapping[str, Mapping[str, str]]
"""Of each message, by its full name, what each field holds: `text`, `[text]`, `{text}`, the full
name of a message, or `A|B` for an enumeration."""

FORM = Path(__file__).with_name("form.json")
ANYTHING = "anything"
WORDS = {each: each.__name__.strip("_") for each in (*SCALARS.values(), *SPECIAL.values())}
"""What tells why a value is no scalar, and the word for that in `form.json`."""
_PROBLEMS = {word: problem for problem, word in WORDS.items()}
_PACKAGE = "ml_pipelines."


def fits(data: Any, message: str) -> bool:
    """Tell whether JSON data is a message of the format, with fields in their JSON names.

    Args:
        data: what was read.
        message: `PipelineSpec` or `PlatformSpec`.

    Example:
        >>> fits({"schemaVersion": "2.1.0"}, "PipelineSpec"), fits({"color": 1}, "PipelineSpec")
        (True, False)
    """
    return _fits(data, f"{_PACKAGE}{message}")


def _fits(data: Any, message: str) -> bool:
    if not is_object(data):
        return False
    checks = _checks(message)
    for key, value in data.items():
        check = checks.get(key)
        if check is None or not check(value):
            return False
    return True


@functools.cache
def _form() -> Form:
    form: Form = json.loads(FORM.read_bytes())
    return form


@functools.cache
def _checks(message: str) -> Mapping[str, Check]:
    return {name: _check(kind) for name, kind in _form()[message].items()}


def _check(kind: str) -> Check:
    inner = _single(kind.strip("[]{}"))
    if kind.startswith("{"):
        return lambda value: is_object(value) and all(map(inner, value.values()))
    if kind.startswith("["):
        return lambda value: is_array(value) and all(map(inner, value))
    return inner


def _single(kind: str) -> Check:
    if kind == ANYTHING:
        return lambda _value: True
    if problem := _PROBLEMS.get(kind):
        return lambda value: problem(value) is None
    if kind in _form():
        return functools.partial(_fits, message=kind)
    return frozenset(kind.split("|")).__contains__
