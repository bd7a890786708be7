"""Whether data has the format's form: yes or no, fast, for text that is expected to.

Every compilation asks this of its own text. `schema.misfits` and `messages.to_message` say what is
wrong, and take several times as long.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.validate.schema import FREE, SCALARS, SPECIAL, is_map, is_repeated

Check: TypeAlias = Callable[[Any], bool]


def fits(data: Any, message: str) -> bool:
    """Tell whether JSON data is a message of the format, with fields in their JSON names.

    Args:
        data: what was read.
        message: the class, for example `PipelineSpec`.

    Example:
        >>> fits({"schemaVersion": "2.1.0"}, "PipelineSpec"), fits({"color": 1}, "PipelineSpec")
        (True, False)
    """
    return _fits(data, getattr(messages(), message).DESCRIPTOR)


def _fits(data: Any, descriptor: Any) -> bool:
    if not is_object(data):
        return False
    checks = _checks(descriptor)
    for key, value in data.items():
        check = checks.get(key)
        if check is None or not check(value):
            return False
    return True


@functools.cache
def _checks(descriptor: Any) -> Mapping[str, Check]:
    return {field.json_name: _check(field) for field in descriptor.fields}


def _check(field: Any) -> Check:
    if is_map(field):
        entry = _single(field.message_type.fields_by_name["value"])
        return lambda value: is_object(value) and all(map(entry, value.values()))
    single = _single(field)
    if is_repeated(field):
        return lambda value: is_array(value) and all(map(single, value))
    return single


def _single(field: Any) -> Check:
    descriptor = field.message_type
    if descriptor is None:
        if field.enum_type is not None:
            return frozenset(field.enum_type.values_by_name).__contains__
        problem = SCALARS[field.cpp_type]
        return lambda value: problem(value) is None
    if special := SPECIAL.get(descriptor.full_name):
        return lambda value: special(value) is None
    if descriptor.full_name in FREE:
        return lambda _value: True
    return functools.partial(_fits, descriptor=descriptor)
