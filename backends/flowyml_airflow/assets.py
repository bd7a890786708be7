"""What the assets of pipelines are called among the assets of Airflow."""

from __future__ import annotations

from collections.abc import Iterator

from flowyml.ir import PipelineIR, StepNode
from flowyml_airflow.code import Call
from flowyml_airflow.settings import AirflowSettings, publishes
from flowyml_airflow.uris import uri_of

_LIMIT = 1500  # Airflow: an asset's name, which is its URI here


def asset(name: str) -> Call:
    """Write the asset of Airflow that stands for `PIPELINE/ASSET`, or for a URI."""
    return Call("Asset", (_uri(name),))


def outlets(ir: PipelineIR, step: StepNode) -> list[Call]:
    """Write the assets of Airflow that stand for what a step makes."""
    return [Call("Asset", (uri_of(ir.name, output.name),)) for output in step.outputs]


def refused(
    ir: PipelineIR, settings: AirflowSettings, *, ascii_only: bool
) -> Iterator[tuple[str, str]]:
    """Give what Airflow does not take as an asset, each with why."""
    waited = [(name, _uri(name)) for name in (ir.schedule.assets if ir.schedule else ())]
    made = [each.name for step in ir.steps if publishes(step, settings) for each in step.outputs]
    for name, uri in (*waited, *((name, uri_of(ir.name, name)) for name in made)):
        if uri.partition("://")[0].lower() == "airflow":
            yield name, "the scheme 'airflow' is Airflow's own"
        elif ascii_only and not uri.isascii():
            yield name, "Airflow 2 takes ASCII only; write the rest with percent signs"
        elif len(uri) > _LIMIT:
            yield name, f"its URI is longer than {_LIMIT} characters"


def _uri(name: str) -> str:
    pipeline, _, output = name.rpartition("/")
    return name if "://" in name else uri_of(pipeline, output)
