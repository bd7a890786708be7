"""Write an ML pipeline once; compile it to Airflow and Kubeflow, run it locally, review the change.

Names are loaded on first use, so that `import flowyml` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.api.assets import Artifact, Asset, Dataset, FeatureSet, Metrics, Model, Report
    from flowyml.api.conditions import unless, when
    from flowyml.api.context import Context, context
    from flowyml.api.dates import RunDate
    from flowyml.api.dynamic import DynamicStep, dynamic
    from flowyml.api.mapping import MapTask, map_task, parallel_map
    from flowyml.api.pipeline import Pipeline
    from flowyml.api.resilience import on_failure, retry
    from flowyml.api.result import PipelineResult, StepResult
    from flowyml.api.schedules import Schedule
    from flowyml.api.snapshot import PipelineSnapshot, freeze_pipeline
    from flowyml.api.step import Step, step
    from flowyml.diagnostics import CompileError, Diagnostic, FlowymlError, UsageError
    from flowyml.runtime.mapping import MapTaskError, MapTaskResult
    from flowyml.stacks.choice import load_stack
    from flowyml.stacks.local import LocalStack
    from flowyml.stacks.stack import Stack

_HOMES = {
    "flowyml.api.assets": (
        "Artifact", "Asset", "Dataset", "FeatureSet", "Metrics", "Model", "Report",
    ),
    "flowyml.api.conditions": ("unless", "when"),
    "flowyml.api.context": ("Context", "context"),
    "flowyml.api.dates": ("RunDate",),
    "flowyml.api.dynamic": ("DynamicStep", "dynamic"),
    "flowyml.api.mapping": ("MapTask", "map_task", "parallel_map"),
    "flowyml.api.pipeline": ("Pipeline",),
    "flowyml.api.resilience": ("on_failure", "retry"),
    "flowyml.api.result": ("PipelineResult", "StepResult"),
    "flowyml.api.schedules": ("Schedule",),
    "flowyml.api.snapshot": ("PipelineSnapshot", "freeze_pipeline"),
    "flowyml.api.step": ("Step", "step"),
    "flowyml.diagnostics": ("CompileError", "Diagnostic", "FlowymlError", "UsageError"),
    "flowyml.runtime.mapping": ("MapTaskError", "MapTaskResult"),
    "flowyml.stacks.choice": ("load_stack",),
    "flowyml.stacks.local": ("LocalStack",),
    "flowyml.stacks.stack": ("Stack",),
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
    "DynamicStep",
    "FeatureSet",
    "FlowymlError",
    "LocalStack",
    "MapTask",
    "MapTaskError",
    "MapTaskResult",
    "Metrics",
    "Model",
    "Pipeline",
    "PipelineResult",
    "PipelineSnapshot",
    "Report",
    "RunDate",
    "Schedule",
    "Stack",
    "Step",
    "StepResult",
    "UsageError",
    "__version__",
    "context",
    "dynamic",
    "freeze_pipeline",
    "load_stack",
    "map_task",
    "on_failure",
    "parallel_map",
    "retry",
    "step",
    "unless",
    "when",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'flowyml' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
