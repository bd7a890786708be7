"""What is written for each version is what stands in the table, and what that version knows."""

from __future__ import annotations

import pytest
import yaml

from flowyml_kubeflow.capabilities import VERSIONS
from flowyml_kubeflow.fields import LATER, fields, unknown_to
from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.validate.file import inspect
from flowyml_kubeflow.validate.pods import LATER as LATER_OF_PODS
from flowyml_kubeflow.versions import VERTEX, number, version
from tests.unit.kubeflow.irs import node, pipeline, written
from tests.unit.kubeflow.written_fields import fields_written


@pytest.mark.parametrize("name", VERSIONS)
def test_every_field_that_is_written_stands_in_the_table_of_its_version(name):
    on, found = version(name), fields_written(name)
    assert found == {field for field, need in fields().items() if not need or on.knows(need)}
    assert not [field for field in found if unknown_to(on, field)]
    if name != VERTEX:
        newer = {f"pod.{'.'.join(w)}" for w, v in LATER_OF_PODS.items() if number(v) > number(name)}
        assert not found & newer


def test_the_format_has_what_is_said_to_be_later():
    descriptors = messages().DESCRIPTOR.message_types_by_name.values()
    assert set(LATER) <= {name for each in descriptors for name in names_in(each)}


def names_in(descriptor):
    """Give the fields of a message and of those within, and the values of enums."""
    yield from (f"{descriptor.name}.{field.json_name}" for field in descriptor.fields)
    for enum in descriptor.enum_types:
        yield from (f"{enum.name}.{value}" for value in enum.values_by_name)
    for inner in descriptor.nested_types:
        yield from names_in(inner)


def minimal(**more):
    _, _, spec, _ = written(pipeline(node("a")))
    component = next(iter(spec["components"].values()))
    component["inputDefinitions"]["parameters"]["x"] = {"parameterType": "STRING"} | more
    spec["root"]["dag"]["tasks"]["a"]["inputs"]["parameters"]["x"] = {
        "runtimeValue": {"constant": "y"}
    }
    return spec


def messages_of(*documents, on):
    found = inspect(yaml.safe_dump_all(documents), version(on)).found
    return [(each.finding.severity, str(each.finding)) for each in found]


@pytest.mark.parametrize(("on", "known"), [("2.5", False), ("2.15", False), ("2.16", True)])
def test_a_field_that_a_version_does_not_know_is_named(on, known):
    told = messages_of(minimal(literals=["y"]), on=on)
    if known:
        assert told == []
    else:
        ((severity, message),) = told
        assert severity == "error"
        assert message.endswith(
            f"kubeflow=={on} does not know 'ParameterSpec.literals', which came with 2.16"
        )


def test_so_are_a_type_and_what_is_within_executors_or_the_second_document():
    spec = minimal()
    component = next(iter(spec["components"].values()))
    component["inputDefinitions"]["parameters"]["t"] = {
        "parameterType": "TASK_CONFIG",
        "isOptional": True,
    }
    importer = {"artifactUri": {"constant": "s3://b/x"}, "downloadToWorkspace": True}
    spec["deploymentSpec"]["executors"]["other"] = {"importer": importer}
    platform = {"platforms": {"kubernetes": {"pipelineConfig": {"workspace": {"size": "1Gi"}}}}}
    told = messages_of(spec, platform, on="2.5")
    assert [severity for severity, _ in told] == ["error", "warning", "error", "error"]
    said = "\n".join(message for _, message in told)
    for name in ("TASK_CONFIG", "downloadToWorkspace", "PipelineConfig.workspace", "leaves it as"):
        assert name in said
    assert messages_of(spec, platform, on="2.17") == []
