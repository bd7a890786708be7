"""What Kubeflow's API tells of a run's tasks: the nodes of Argo's workflow, as one list.

A container's task is a graph of its name, after a driver, `NAME-driver`; within it is the pod. A
node tells its display name and its state, and the ids of the nodes that follow it, but not its own
id (the server's `api_converter.go`, 2.5 to 2.17).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flowyml.frozen import dataclass
from flowyml.runtime.casting import parse_moment

_IMPL = "system-container-impl"
"""Argo's template of every pod that runs a step (the compiler's `container.go`)."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A task's node.

    Attributes:
        state: a `RuntimeState`.
        children: the ids of the nodes within: of a container's task, its pod.
        started_at: aware UTC, if it was started.
    """

    state: str
    children: tuple[str, ...] = ()
    started_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether it came to an end of its own."""
        return self.state in ("SUCCEEDED", "FAILED")


def nodes_of(run: Mapping[str, Any]) -> dict[str, list[Node]]:
    """Give the nodes of a run by display name; the iterations of a loop have theirs in common."""
    found: dict[str, list[Node]] = {}
    for told in run.get("run_details", {}).get("task_details", ()):
        found.setdefault(told.get("display_name", ""), []).append(_node(told))
    return found


def pod_names(node: str) -> tuple[str, ...]:
    """Name the pod of a node's id: newer Argos put the template in, older ones do not.

    Example:
        >>> pod_names("train-x7k2p-123")
        ('train-x7k2p-system-container-impl-123', 'train-x7k2p-123')
    """
    workflow, _, number = node.rpartition("-")
    return f"{workflow}-{_IMPL}-{number}", node


def moment(text: str | None) -> datetime | None:
    """Read a time of the API, to UTC; None for the beginning of 1970, which stands for none."""
    if not text:
        return None
    read = parse_moment(text)
    return read if read.timestamp() > 0 else None


def _node(told: Mapping[str, Any]) -> Node:
    children: Iterable[Mapping[str, str]] = told.get("child_tasks", ())
    return Node(
        state=told.get("state", ""),
        children=tuple(each["pod_name"] for each in children if "pod_name" in each),
        started_at=moment(told.get("start_time")),
    )
