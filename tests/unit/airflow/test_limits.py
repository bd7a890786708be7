"""Limits of context values: Airflow checks them when a run is triggered, and else the worker."""

from __future__ import annotations

from flowyml.ir import ContextParameter
from flowyml_airflow import AirflowBackend
from tests.unit.airflow.irs import OPTIONS, node, pipeline

BACKEND = AirflowBackend()


def compiled(*parameters):
    step = node("a", context=[each.key for each in parameters])
    text = BACKEND.compile(pipeline(step, parameters=parameters), OPTIONS)[0].text
    return " ".join(text.split())


def test_limits_and_descriptions_are_the_params_schema():
    rate = ContextParameter(
        key="rate",
        type="number",
        has_default=True,
        default=0.5,
        limits={"exclusiveMinimum": 0},
        description="How far.",
    )
    mode = ContextParameter(
        key="mode", type="string", nullable=True, has_default=True, limits={"enum": ["a"]}
    )
    flat = compiled(rate, mode)
    assert 'Param(0.5, type="number", description="How far.", exclusiveMinimum=0)' in flat
    assert 'Param(None, type=["null", "string"], enum=["a", None])' in flat
    assert "limits" not in flat


def test_what_the_trigger_does_not_check_the_worker_does():
    rest = ContextParameter(key="rest", type="integer", limits={"minimum": 3})
    large = ContextParameter(
        key="large", type="integer", has_default=True, default=2**60, limits={"enum": [2**60]}
    )
    flat = compiled(rest, large)
    assert 'Param("1152921504606846976", type=["integer", "string"])' in flat
    assert '"rest": Param' not in flat
    assert '"limits": {"rest": {"minimum": 3}, "large": {"enum": [1152921504606846976]}}' in flat
