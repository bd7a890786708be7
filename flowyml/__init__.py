"""Write an ML pipeline once; compile it to Airflow and Kubeflow, run it locally, review the change.

Names are loaded on first use, so that `import flowyml` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.api.assets import Artifact, Asset, Dataset, FeatureSet, Metrics, Model, Report
    from flowyml.api.context import Context, context
    from flowyml.api.dates import RunDate
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.result import PipelineResult, StepResult
    from flowyml.api.step import Step, step
    from flowyml.diagnostics import CompileError, Diagnostic, FlowymlError, UsageError
    from flowyml.stacks.local import LocalStack

_HOMES = {
    "flowyml.api.assets": (
        "Artifact", "Asset", "Dataset", "FeatureSet", "Metrics", "Model", "Report",
    ),
    "flowyml.api.context": ("Context", "context"),
    "flowyml.api.dates": ("RunDate",),
    "flowyml.api.pipeline": ("Pipeline",),
    "flowyml.api.result": ("PipelineResult", "StepResult"),
    "flowyml.api.step": ("Step", "step"),
    "flowyml.diagnostics": ("CompileError", "Diagnostic", "FlowymlError", "UsageError"),
    "flowyml.stacks.local": ("LocalStack",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "Artifact",
    "Asset",
    "CompileError",
    "Context",
    "Dataset",
    "Diagnostic",
    "FeatureSet",
    "FlowymlError",
    "LocalStack",
    "Metrics",
    "Model",
    "Pipeline",
    "PipelineResult",
    "Report",
    "RunDate",
    "Step",
    "StepResult",
    "UsageError",
    "__version__",
    "context",
    "step",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'flowyml' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
