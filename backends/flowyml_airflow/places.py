"""Where a step's task runs: the part of the settings that says so.

In `flowyml.yaml`, under `airflow:` for all steps, and under `airflow.steps.NAME` for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Kind: TypeAlias = Literal["process", "python", "docker", "kubernetes"]

_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_NAME = r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"  # Kubernetes: the name of an object
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"


class Section(BaseModel):
    """A part of the settings: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _absolute(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"takes an absolute path, not '{path}'")
    return path


def _labelled(labels: Mapping[str, str]) -> Mapping[str, str]:
    for key, value in labels.items():
        name = key.rpartition("/")[2]
        if not _LABEL.fullmatch(name) or (value and not _LABEL.fullmatch(value)):
            raise ValueError(f"takes labels as Kubernetes does, and '{key}: {value}' is none")
    return labels


Path: TypeAlias = Annotated[str, AfterValidator(_absolute)]
Name: TypeAlias = Annotated[str, Field(pattern=_NAME)]
Variable: TypeAlias = Annotated[str, Field(pattern=_VARIABLE)]
Labels: TypeAlias = Annotated[dict[str, str], AfterValidator(_labelled)]


class Mount(Section):
    """A folder of the machine, or a volume, that the container sees."""

    source: Annotated[str, Field(min_length=1, description="An absolute path, or a volume's name.")]
    target: Annotated[Path, Field(description="Where the container sees it.")]
    read_only: Annotated[bool, Field(description="Whether the container may not write to it.")] = (
        False
    )


class DockerSettings(Section):
    """How containers are started on the worker's machine."""

    url: Annotated[
        str | None, Field(min_length=1, description="Docker's address: unix://… or tcp://….")
    ] = None
    connection: Annotated[
        str | None, Field(min_length=1, description="An Airflow connection for private registries.")
    ] = None
    network: Annotated[
        str | None, Field(min_length=1, description="A network of Docker's, or host or none.")
    ] = None
    mounts: Annotated[tuple[Mount, ...], Field(description="What containers see of it.")] = ()
    user: Annotated[str | None, Field(min_length=1, description="Who the step runs as.")] = None
    force_pull: Annotated[bool, Field(description="Whether to ask for a newer image.")] = False


class Toleration(Section):
    """A taint of nodes that a pod may be put on all the same (Kubernetes: Toleration)."""

    key: Annotated[str | None, Field(min_length=1, description="The taint's key.")] = None
    operator: Annotated[
        Literal["Equal", "Exists"], Field(description="Whether its value counts.")
    ] = "Equal"
    value: Annotated[str | None, Field(description="The taint's value, for Equal.")] = None
    effect: Annotated[
        Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None,
        Field(description="What the taint does; left out, anything."),
    ] = None

    @model_validator(mode="after")
    def _whole(self) -> Toleration:
        if self.operator == "Equal" and self.key is None:
            raise ValueError("needs a key, or the operator Exists")
        if self.operator == "Exists" and self.value is not None:
            raise ValueError("takes no value with the operator Exists")
        return self


class Handed(Section):
    """A secret or config map, by its name: nothing in it is ever read here.

    With neither `env` nor `mount`, every key of it is an environment variable.
    """

    name: Annotated[Name, Field(description="What the cluster calls it.")]
    env: Annotated[
        dict[Variable, Annotated[str, Field(min_length=1)]],
        Field(description="Environment variables, each with the key whose value it gets."),
    ] = {}
    mount: Annotated[Path | None, Field(description="The folder of which each key is a file.")] = (
        None
    )


class KubernetesSettings(Section):
    """What the pods of steps are."""

    connection: Annotated[
        str | None, Field(min_length=1, description="An Airflow connection to the cluster.")
    ] = None
    namespace: Annotated[Name | None, Field(description="The namespace of the pods.")] = None
    service_account: Annotated[Name | None, Field(description="Who the pods act as.")] = None
    node_selector: Annotated[Labels, Field(description="Labels that their nodes have.")] = {}
    tolerations: Annotated[
        tuple[Toleration, ...], Field(description="Taints of nodes that they tolerate.")
    ] = ()
    secrets: Annotated[tuple[Handed, ...], Field(description="Secrets that they get.")] = ()
    config_maps: Annotated[tuple[Handed, ...], Field(description="Config maps that they get.")] = ()
    labels: Annotated[Labels, Field(description="Labels of the pods.")] = {}
    annotations: Annotated[dict[str, str], Field(description="Annotations of the pods.")] = {}
    image_pull_policy: Annotated[
        Literal["Always", "IfNotPresent", "Never"] | None,
        Field(description="When their image is fetched."),
    ] = None
    image_pull_secrets: Annotated[
        tuple[Name, ...], Field(description="Secrets that the registry asks for.")
    ] = ()
    startup_timeout_seconds: Annotated[
        int | None, Field(ge=1, description="How long a pod may take to start.")
    ] = None


class PlaceSettings(Section):
    """Where tasks run; what is left out is as in the settings around it."""

    run_in: Annotated[
        Kind | None,
        Field(
            description="process: the worker's own (the default); python: another Python of its "
            "machine; docker: a container there; kubernetes: a pod."
        ),
    ] = None
    python: Annotated[
        Path | None, Field(description="The interpreter of run_in: python, by its path.")
    ] = None
    environment: Annotated[
        dict[Variable, str],
        Field(description="Environment variables of containers, pods and other Pythons."),
    ] = {}
    docker: Annotated[
        DockerSettings, Field(description="How run_in: docker starts containers.")
    ] = DockerSettings()
    kubernetes: Annotated[
        KubernetesSettings, Field(description="What the pods of run_in: kubernetes are.")
    ] = KubernetesSettings()
