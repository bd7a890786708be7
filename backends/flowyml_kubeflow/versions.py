"""What each version of Kubeflow's backend knows, found in its source at the tags of its releases.

Fields that a version does not know are refused by its API server, or left aside without a word; so
none is written for it. `vertex` is Google's managed service, which takes the same specification but
no platform document; its column follows its documentation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal, TypeAlias

Feature: TypeAlias = Literal[
    "loops",
    "schedule_time",
    "kubernetes",
    "workspace",
    "optional_variables",
    "folder_of_volume",
    "large_graphs",
    "run_deadline",
]

_SINCE: Mapping[Feature, str] = {
    "kubernetes": "2.5",
    "loops": "2.14",  # collects what the iterations of a loop made (its `resolve.go`)
    "workspace": "2.15",  # 2.14 makes the claim, and its driver mounts it nowhere
    "optional_variables": "2.15",  # secretAsEnv.optional, configMapAsEnv.optional
    "large_graphs": "2.16",  # a driver reads its graph from a file (its `main.go`)
    "folder_of_volume": "2.16",  # pvcMount.subPath
    "run_deadline": "2.17",  # pipelineConfig.activeDeadlineSeconds
    "schedule_time": "2.17",  # fills in the placeholder of the scheduled time
}
_ON_VERTEX: frozenset[Feature] = frozenset({"loops", "schedule_time", "large_graphs"})
VERTEX = "vertex"


@dataclasses.dataclass(frozen=True)
class Version:
    """One version of the target.

    Attributes:
        name: what stands behind `kubeflow==`.
        features: what it knows.
    """

    name: str
    features: frozenset[Feature]

    def knows(self, feature: Feature) -> bool:
        """Tell whether the version knows a feature."""
        return feature in self.features

    @property
    def target(self) -> str:
        """The target as messages call it."""
        return f"kubeflow=={self.name}"


def since(feature: Feature) -> str:
    """Name the first version that knows a feature."""
    return _SINCE[feature]


def version(name: str) -> Version:
    """Give a version by its name.

    Example:
        >>> version("2.15").knows("workspace"), version("2.14").knows("workspace")
        (True, False)
    """
    if name == VERTEX:
        return Version(name, _ON_VERTEX)
    known: list[Feature] = [f for f, first in _SINCE.items() if number(first) <= number(name)]
    return Version(name, frozenset(known))


def number(name: str) -> tuple[int, ...]:
    """Give the name of a version as what can be compared."""
    return tuple(map(int, name.split(".")))
