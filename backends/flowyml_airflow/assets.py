"""What the assets of pipelines are called among the assets of Airflow."""

from __future__ import annotations

from flowyml.ir import PipelineIR, StepNode
from flowyml_airflow.code import Call
from flowyml_airflow.uris import uri_of


def asset(name: str) -> Call:
    """Write the asset of Airflow that stands for `PIPELINE/ASSET`, or for a URI."""
    pipeline, _, output = name.rpartition("/")
    return Call("Asset", (name if "://" in name else uri_of(pipeline, output),))


def outlets(ir: PipelineIR, step: StepNode) -> list[Call]:
    """Write the assets of Airflow that stand for what a step makes."""
    return [Call("Asset", (uri_of(ir.name, output.name),)) for output in step.outputs]
