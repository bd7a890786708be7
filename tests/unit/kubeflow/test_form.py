"""The format's form as it is kept, beside what the format's own classes say."""

from __future__ import annotations

import json
import os

import pytest

from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.validate.form import ANYTHING, FORM, WORDS, fits
from flowyml_kubeflow.validate.schema import FREE, SCALARS, SPECIAL, is_map, is_repeated

UPDATE = bool(os.environ.get("FLOWYML_UPDATE_GOLDENS"))


def said():
    waiting = [messages().PipelineSpec.DESCRIPTOR, messages().PlatformSpec.DESCRIPTOR]
    found = {}
    while waiting:
        descriptor = waiting.pop()
        if descriptor.full_name not in found:
            fields = {field.json_name: field for field in descriptor.fields}
            found[descriptor.full_name] = {name: kind(each) for name, each in fields.items()}
            waiting += [of for of in map(message, fields.values()) if of is not None]
    return found


def kind(field):
    if is_map(field):
        return f"{{{held(field.message_type.fields_by_name['value'])}}}"
    return f"[{held(field)}]" if is_repeated(field) else held(field)


def held(field):
    descriptor = field.message_type
    if descriptor is None:
        enumeration = field.enum_type
        return (
            "|".join(enumeration.values_by_name) if enumeration else WORDS[SCALARS[field.cpp_type]]
        )
    if descriptor.full_name in SPECIAL:
        return WORDS[SPECIAL[descriptor.full_name]]
    return ANYTHING if descriptor.full_name in FREE else descriptor.full_name


def message(field):
    inner = field.message_type.fields_by_name["value"] if is_map(field) else field
    descriptor = inner.message_type
    special = descriptor is None or descriptor.full_name in {*SPECIAL, *FREE}
    return None if special else descriptor


def test_what_is_kept_is_what_the_formats_classes_say():
    if UPDATE:
        FORM.write_text(json.dumps(said(), indent=1, sort_keys=True) + "\n")

    assert json.loads(FORM.read_text()) == said()


@pytest.mark.parametrize(
    ("data", "message", "expected"),
    [
        ({"schemaVersion": "2.1.0"}, "PipelineSpec", True),
        ({"schemaVersion": 2.1}, "PipelineSpec", False),
        ({"color": 1}, "PipelineSpec", False),
        ([], "PipelineSpec", False),
        ({"components": {"a": {"executorLabel": "b"}}}, "PipelineSpec", True),
        ({"components": {"a": {"executorLabel": ["b"]}}}, "PipelineSpec", False),
        ({"components": [{"executorLabel": "b"}]}, "PipelineSpec", False),
        (
            {"components": {"a": {"dag": {"tasks": {"b": {"dependentTasks": ["c"]}}}}}},
            "PipelineSpec",
            True,
        ),
        (
            {"components": {"a": {"dag": {"tasks": {"b": {"dependentTasks": "c"}}}}}},
            "PipelineSpec",
            False,
        ),
        ({"deploymentSpec": {"anything": [1, {"a": None}]}}, "PipelineSpec", True),
        (
            {"root": {"inputDefinitions": {"parameters": {"a": {"parameterType": "LIST"}}}}},
            "PipelineSpec",
            True,
        ),
        (
            {"root": {"inputDefinitions": {"parameters": {"a": {"parameterType": "WORD"}}}}},
            "PipelineSpec",
            False,
        ),
        (
            {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"a": {}}}}}},
            "PlatformSpec",
            True,
        ),
        ({"platforms": {"kubernetes": {"deployment": {}}}}, "PlatformSpec", False),
    ],
)
def test_data_fits_or_does_not(data, message, expected):
    assert fits(data, message) is expected
