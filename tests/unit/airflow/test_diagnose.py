"""What Airflow cannot hold is said at compile time, all at once."""

from __future__ import annotations

import pytest

from flowyml.backend import CompileOptions
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import CompileError
from flowyml.ir import Function, Retry, Span
from flowyml_airflow import AirflowBackend
from tests.unit.airflow.irs import OPTIONS, given, node, pipeline, training, with_input

BACKEND = AirflowBackend()


def diagnosed(ir):
    return [(d.code, d.subject or d.message) for d in BACKEND.diagnose(ir, OPTIONS)]


def test_a_plain_pipeline_has_nothing_to_be_told():
    assert BACKEND.diagnose(training(), OPTIONS) == ()


@pytest.mark.parametrize("version", BACKEND.versions)
def test_every_construct_is_in_the_table(version):
    assert BACKEND.capabilities(version).keys() == CONSTRUCTS.keys()


def test_an_input_is_refused_at_its_place():
    (diagnostic,) = BACKEND.diagnose(pipeline(with_input()), OPTIONS)
    assert (diagnostic.code, diagnostic.grade) == ("FML309", "refused")
    assert (diagnostic.file, diagnostic.line) == ("pipelines/m.py", 7)
    assert diagnostic.target == "airflow==3.3"


@pytest.mark.parametrize(
    ("ir", "said"),
    [
        (pipeline(node("a"), parameters=(given("x", "number", float("nan")),)), "'x' cannot be"),
        (pipeline(node("a"), parameters=(given("x", "any", [2**60]),)), "beyond 2**53"),
        (pipeline(node("a", retry=Retry(attempts=2, delay=1e300))), "longer than Airflow holds"),
        (pipeline(node("a", retry=Retry(attempts=2, max_delay=1e300))), "longer than Airflow"),
        (pipeline(node("a", retry=Retry(attempts=2**31))), "more attempts than Airflow counts"),
        (pipeline(node("a"), tags=("x" * 101,)), "longer than 100 characters"),
        (pipeline(node("a"), project="x" * 93), "'project:x"),
    ],
    ids=["nan", "large-untyped", "delay", "max-delay", "attempts", "tag", "project"],
)
def test_values_that_it_cannot_hold(ir, said):
    ((code, message),) = diagnosed(ir)
    assert code == "FML304"
    assert said in message


def test_everything_is_reported_at_once():
    stuck = Function(
        entrypoint="m:<locals>", digest="", problem="it is a closure", span=Span(file="m.py")
    )
    ir = pipeline(with_input(), node("b", function=stuck), tags=("x" * 101,))
    with pytest.raises(CompileError) as error:
        BACKEND.compile(ir, CompileOptions(version="3.3"))
    assert [d.code for d in error.value.diagnostics] == ["FML309", "FML004", "FML304"]
