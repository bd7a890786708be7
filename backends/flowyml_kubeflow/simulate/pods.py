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


def of_executors(platform: Data) -> Mapping[str, Data]:
    """Give what is said of the pods of each executor, by its label."""
    found: Mapping[str, Data] = kubernetes(platform).get("deploymentSpec", {}).get("executors", {})
    return found


def variables(pod: Data) -> Iterator[str]:
    """Name the variables that a pod takes from secrets and config maps."""
    for kind in _VARIABLES:
        for source in pod.get(kind, ()):
            yield from (pair["envVar"] for pair in source.get("keyToEnv", ()))


def folders(pod: Data) -> Iterator[Path]:
    """Name the folders that a pod has from elsewhere, as far as they are on this machine."""
    for kind in _FOLDERS:
        places = (Path(each.get("mountPath", "")) for each in pod.get(kind, ()))
        yield from (place for place in places if place.is_dir())


def has_workspace(platform: Data) -> bool:
    """Tell whether the pods of a run share a folder."""
    return "workspace" in kubernetes(platform).get("pipelineConfig", {})


def missing(platform: Data, env: Mapping[str, str]) -> Iterator[str]:
    """Say what the pods would have and processes of this machine do not.

    Args:
        platform: the PlatformSpec.
        env: the environment of the processes.
    """
    for label, config in sorted(of_executors(platform).items()):
        way = f"platforms.kubernetes.deploymentSpec.executors.{label}"
        for kind in _VARIABLES:
            for name in _needed(config.get(kind, ())):
                if name not in env:
                    yield f"{way}.{kind}: set the variable {name} here; there is no cluster"
        for kind in _FOLDERS:
            for each in config.get(kind, ()):
                place = Path(each.get("mountPath", ""))
                if not each.get("optional") and not place.exists():
                    yield f"{way}.{kind}: nothing is mounted here, and {place} is not there"


def _needed(sources: list[Any]) -> Iterator[str]:
    for source in sources:
        if not source.get("optional"):
            yield from (pair["envVar"] for pair in source.get("keyToEnv", ()))
