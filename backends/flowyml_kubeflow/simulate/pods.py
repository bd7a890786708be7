"""What the second document asks of a cluster, as far as this machine can give it.

Where pods run, and for how long they may, changes nothing that a run here could show. Secrets,
config maps and volumes do: a variable has to be set here, and a folder to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flowyml_kubeflow.validate.spec import Data

_VARIABLES = ("secretAsEnv", "configMapAsEnv")
_FOLDERS = ("secretAsVolume", "configMapAsVolume", "pvcMount")


def kubernetes(platform: Data) -> Data:
    """Give what is said of Kubernetes."""
    found: Data = platform.get("platforms", {}).get("kubernetes", {})
    return found


def has_workspace(platform: Data) -> bool:
    """Tell whether the pods of a run share a folder."""
    return "workspace" in kubernetes(platform).get("pipelineConfig", {})


def missing(platform: Data, env: Mapping[str, str]) -> Iterator[str]:
    """Say what the pods would have and processes of this machine do not.

    Args:
        platform: the PlatformSpec.
        env: the environment of the processes.
    """
    configs: Mapping[str, Any] = kubernetes(platform).get("deploymentSpec", {}).get("executors", {})
    for label, config in sorted(configs.items()):
        way = f"platforms.kubernetes.deploymentSpec.executors.{label}"
        for kind in _VARIABLES:
            for name in _variables(config.get(kind, ())):
                if name not in env:
                    yield f"{way}.{kind}: set the variable {name} here; there is no cluster"
        for kind in _FOLDERS:
            for each in config.get(kind, ()):
                place = Path(each.get("mountPath", ""))
                if not each.get("optional") and not place.exists():
                    yield f"{way}.{kind}: nothing is mounted here, and {place} is not there"


def _variables(sources: list[Any]) -> Iterator[str]:
    for source in sources:
        if not source.get("optional"):
            yield from (pair["envVar"] for pair in source.get("keyToEnv", ()))
