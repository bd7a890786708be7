"""What may stand under `kubeflow:` in a stack, or in `Pipeline(settings={"kubeflow": …})`.

The words are those of Kubernetes where it has one. What is said for all steps holds for each that
says nothing else; under `steps:` stands what single ones say.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flowyml.backend import CompileOptions
from flowyml_kubeflow.deploy_settings import ServerSettings

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=253)]
"""What an object in Kubernetes is called."""
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Place = Annotated[str, Field(pattern=r"^/.+")]
"""An absolute path in the container."""
Size = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?([kMGTPE]|[KMGTPE]i)?$")]
"""Bytes, as Kubernetes writes them."""
Seconds = Annotated[int, Field(gt=0)]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Toleration(_Settings):
    """A taint of nodes that the pod may run in spite of; without a key, of all."""

    key: str | None = None
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    seconds: int | None = None

    @model_validator(mode="after")
    def _fits(self) -> Toleration:
        if self.operator == "Exists" and self.value is not None:
            raise ValueError("'operator: Exists' takes any value; leave 'value' out")
        if self.operator == "Equal" and self.key is None:
            raise ValueError("'operator: Equal' compares with a key; name it, or say 'Exists'")
        if self.seconds is not None and self.effect != "NoExecute":
            raise ValueError("'seconds' goes with 'effect: NoExecute' alone")
        return self


class Keys(_Settings):
    """A secret or a config map by its name: keys of it as environment variables, or all as files.

    `env` maps variables to keys; `mount` is a folder with a file for each key. `optional` lets the
    pod start where there is none of that name.
    """

    name: Name
    env: dict[Variable, str] | None = Field(default=None, min_length=1)
    mount: Place | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Keys:
        if (self.env is None) == (self.mount is None):
            raise ValueError("give either 'env: {VARIABLE: key}' or 'mount: /folder'")
        return self


class Volume(_Settings):
    """A persistent volume claim that is there already, or a folder of it, and where it appears."""

    claim: Name
    mount: Place
    path: str | None = None


class Workspace(_Settings):
    """A volume that each run gets, and all its pods share; its folder is in `FLOWYML_WORKSPACE`.

    `claim` changes the specification of its claim, for example `storageClassName`.
    """

    size: Size
    claim: dict[str, Any] | None = None


class PodSettings(_Settings):
    """What the pod of a step is like, apart from its image and resources, which the step states."""

    node_selector: dict[str, str] = {}
    tolerations: tuple[Toleration, ...] = ()
    secrets: tuple[Keys, ...] = ()
    config_maps: tuple[Keys, ...] = ()
    volumes: tuple[Volume, ...] = ()
    environment: dict[Variable, str] = {}
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    deadline: Seconds | None = None
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    image_pull_secrets: tuple[Name, ...] = ()


class KubeflowSettings(ServerSettings, PodSettings):
    """What Kubeflow is told about all pods of a pipeline, about some by step, and about the run;
    and where it is.

    `deadline` is that of a pod, and `run_deadline` that of a whole run, both in seconds.
    """

    workspace: Workspace | None = None
    run_deadline: Seconds | None = None
    steps: dict[str, PodSettings] = {}

    def of_step(self, name: str) -> PodSettings:
        """Give what holds for one step: mappings key by key, anything else as a whole.

        Example:
            >>> both = {"node_selector": {"zone": "a"}, "steps": {"train": {"deadline": 60}}}
            >>> of_train = KubeflowSettings.model_validate(both).of_step("train")
            >>> of_train.node_selector, of_train.deadline
            ({'zone': 'a'}, 60)
        """
        from flowyml.stacks.sections import over, plain

        shared = plain(self)
        own = shared.pop("steps", {}).get(name, {})
        of_pods = {key: shared[key] for key in shared if key in PodSettings.model_fields}
        return PodSettings.model_validate(over(of_pods, own))


def settings_of(options: CompileOptions) -> KubeflowSettings:
    """Read the settings that a pipeline is compiled with."""
    return KubeflowSettings.model_validate(options.settings)
