"""What the assets of pipelines are called among the assets of Airflow."""

from __future__ import annotations

from urllib.parse import quote, unquote

from flowyml.ir import PipelineIR, StepNode
from flowyml_airflow.code import Call

_SCHEME = "x-flowyml"  # Airflow: schemes of users' own begin with `x-`


def asset(name: str) -> Call:
    """Write the asset of Airflow that stands for `PIPELINE/ASSET`, or for a URI."""
    pipeline, _, output = name.rpartition("/")
    return Call("Asset", (name if "://" in name else uri_of(pipeline, output),))


def outlets(ir: PipelineIR, step: StepNode) -> list[Call]:
    """Write the assets of Airflow that stand for what a step makes."""
    return [Call("Asset", (uri_of(ir.name, output.name),)) for output in step.outputs]


def uri_of(pipeline: str, output: str) -> str:
    """Give the URI of an asset that a step of a pipeline makes.

    Example:
        >>> uri_of("training", "best model")
        'x-flowyml://training/best%20model'
    """
    return f"{_SCHEME}://{quote(pipeline, safe='')}/{quote(output, safe='')}"


def output_of(uri: str) -> str:
    """Give the name of the asset whose URI `uri_of` made."""
    return unquote(uri.rpartition("/")[2])
