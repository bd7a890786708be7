"""A pipeline and settings that ask for all that is ever written, and the fields of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from flowyml import Pipeline, RunDate, context, map_task, step, when
from flowyml.backend import CompileOptions
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.messages import messages
from flowyml_kubeflow.validate.pods import CONFIG
from flowyml_kubeflow.validate.schema import FREE, is_map
from flowyml_kubeflow.versions import version

POD = {
    "node_selector": {"disk": "ssd"},
    "tolerations": [{"key": "gpu", "value": "yes", "effect": "NoExecute", "seconds": 30}],
    "secrets": [{"name": "db", "env": {"U": "user"}}, {"name": "files", "mount": "/c"}],
    "config_maps": [{"name": "flags", "env": {"L": "level"}}, {"name": "files", "mount": "/f"}],
    "volumes": [{"claim": "data", "mount": "/data"}],
    "labels": {"team": "ml"},
    "annotations": {"owner": "ml"},
    "deadline": 60,
    "image_pull_policy": "IfNotPresent",
    "image_pull_secrets": ["registry"],
}
MORE = {
    "workspace": {"workspace": {"size": "1Gi", "claim": {"storageClassName": "fast"}}},
    "folder_of_volume": {"volumes": [{"claim": "data", "mount": "/data", "path": "x"}]},
    "run_deadline": {"run_deadline": 60},
}
"""Settings that some versions refuse, by the feature that they need."""


@step(outputs=["items"])
def load(day: RunDate, words: list, note: str | None = None) -> list:
    return [day, words, note]


@map_task(inputs=["items"], outputs=["scores"], concurrency=2)
def score(item: int, rate: float = 0.5) -> float:
    return item * rate


@step(outputs=["model"], resources={"cpu": 2, "memory": "4Gi", "gpu": 1, "accelerator": "NVIDIA_T"})
def train(scores: list) -> list:
    return scores


@step(outputs=["told"])
@when(lambda model: bool(model))
def tell(model: list, must: int) -> int:
    return len(model) + must


def everything() -> Pipeline:
    inner = Pipeline("inner").add_step(train)
    whole = Pipeline(
        "everything",
        context=context(words=["word"] * 3_000, must=1),
        description="All of it.",
        fail_fast=True,
    )
    return whole.add_steps([load, score]).add_sub_pipeline(inner).add_step(tell)


def settings_for(on: str) -> dict[str, Any]:
    known = version(on)
    found: dict[str, Any] = dict(POD) if known.knows("kubernetes") else {}
    for feature, more in MORE.items():
        found |= more if known.knows(feature) else {}
    return {**found, "environment": {"MODE": "full"}}


def fields_written(on: str) -> set[str]:
    """Compile for a version, and name every field of the text as `fields.WRITTEN` does."""
    ir = everything().build()
    options = CompileOptions(
        version=on, settings=settings_for(on), allow=frozenset({"FML302"}), store="/mnt/store"
    )
    (artifact,) = KubeflowBackend().compile(ir, options)
    spec, *more = yaml.safe_load_all(artifact.text)
    deployment = spec.pop("deploymentSpec")
    found = set(_fields(spec, "PipelineSpec")) | {"PipelineSpec.deploymentSpec"}
    found |= set(_fields(deployment, "PipelineDeploymentConfig"))
    for platform in more:
        pods = platform["platforms"]["kubernetes"].pop("deploymentSpec")["executors"]
        found |= {*_fields(platform, "PlatformSpec"), "SinglePlatformSpec.deploymentSpec"}
        found |= {f"pod.{each}" for pod in pods.values() for each in _of_pod(pod, CONFIG)}
    return found


def _fields(data: Mapping[str, Any], name: str) -> Iterator[str]:
    yield from _message(data, getattr(messages(), name).DESCRIPTOR)


def _message(data: Any, descriptor: Any) -> Iterator[str]:
    if descriptor.full_name in FREE or not isinstance(data, dict):
        return
    fields = {field.json_name: field for field in descriptor.fields}
    for key, value in data.items():
        yield f"{descriptor.name}.{key}"
        field, inner = fields[key], fields[key].message_type
        each: Any = value if isinstance(value, list) else [value]
        if is_map(field):
            inner, each = inner.fields_by_name["value"].message_type, value.values()
        if inner is not None:
            yield from (deeper for one in each for deeper in _message(one, inner))


def _of_pod(data: Any, kinds: Any) -> Iterator[str]:
    if "*" in kinds:
        return
    for key, value in data.items():
        yield key
        listed = isinstance(kinds[key], list)
        inner = kinds[key][0] if listed else kinds[key]
        if isinstance(inner, Mapping):
            for one in value if listed else [value]:
                yield from (f"{key}.{deeper}" for deeper in _of_pod(one, inner))
