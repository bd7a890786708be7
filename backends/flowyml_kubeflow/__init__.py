"""The Kubeflow Pipelines backend: compiles to PipelineSpec 2.1.0, and simulates what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml_kubeflow.backend import KubeflowBackend

__all__ = ["KubeflowBackend"]


def __getattr__(name: str) -> object:
    """Load the backend when it is asked for: workers import this package and need none of it."""
    if name != "KubeflowBackend":
        raise AttributeError(f"module 'flowyml_kubeflow' has no attribute {name!r}")
    from flowyml_kubeflow.backend import KubeflowBackend

    return KubeflowBackend
