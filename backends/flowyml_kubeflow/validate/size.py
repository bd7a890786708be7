"""How much a specification weighs, as its text and as what Argo keeps of it."""

from __future__ import annotations

import json

from flowyml.frozen import dataclass
from flowyml_kubeflow.validate.spec import Data, components, dags

HEAVY_TEXT = 300_000
"""Bytes from which on it is worth a warning."""
HEAVY_TASKS = 100
LARGEST_TEXT = 1_000_000
"""Bytes, beyond which a cluster may not store what Argo makes of it: etcd takes 1.5 MiB."""

# Measured on 148 pairs of specifications and what Kubeflow's compiler makes of them: the median
# factor of those with ten tasks and more, and a line through the small ones.
_GROWTH = 2.6
_FIXED, _EACH = 9_800, 2_400


LARGEST_GRAPH = 131_071
"""Bytes of one argument of a process (Linux: MAX_ARG_STRLEN). Backends before 2.16 hand the whole
definition of a graph to its driver as one (kubeflow/pipelines, issue 12453).
"""


@dataclass(frozen=True, kw_only=True)
class Weight:
    """The size of a specification's text in bytes, its tasks, those of all graphs, and the bytes of
    its largest graph.
    """

    text: int
    tasks: int
    graph: int = 0

    @property
    def argo(self) -> int:
        """An estimate of the bytes of Argo's workflow."""
        return max(round(self.text * _GROWTH), _FIXED + _EACH * self.tasks)

    @property
    def too_large(self) -> bool:
        """Whether a cluster is likely not to store it."""
        return self.text > LARGEST_TEXT

    @property
    def heavy(self) -> bool:
        """Whether it is worth a warning."""
        return self.text > HEAVY_TEXT or self.tasks >= HEAVY_TASKS

    def __str__(self) -> str:
        """Say all three numbers in a sentence."""
        return (
            f"the specification has {self.text:,} bytes and {self.tasks:,} "
            f"task{'s' * (self.tasks != 1)}; Argo makes about {self.argo / 1e6:.1f} MB of it, and "
            "a cluster's store takes 1.5 MB"
        )


def weigh(text: str, spec: Data) -> Weight:
    """Weigh a specification, and its text; a graph that cannot be too large is not looked at."""
    size = len(text.encode())
    graphs = [each for _, each in components(spec) if "dag" in each] if size > LARGEST_GRAPH else []
    largest = max((len(json.dumps(each, separators=(",", ":"))) for each in graphs), default=0)
    return Weight(text=size, tasks=count_tasks(spec), graph=largest)


def count_tasks(spec: Data) -> int:
    """Count the tasks of all graphs."""
    return sum(len(dag.tasks) for dag in dags(spec))
