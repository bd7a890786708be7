"""Maps as loops, which Kubeflow collects from 2.14 on: the cases with maps, once more there."""

from __future__ import annotations

import pytest

from flowyml.review.compare import compare
from tests.conformance.cases import CASES
from tests.conformance.map_cases import MAP_CASES
from tests.conformance.nested_cases import NESTED_CASES

TARGET = "kubeflow==2.14"
_MORE = ("resilience", "sub_pipelines")


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case in (*MAP_CASES, *NESTED_CASES) or case.name in _MORE],
    ids=lambda case: case.name,
)
def test_what_is_spread_over_pods_does_the_same(runs, case):
    trace = runs.trial(case, TARGET)
    differences = compare(runs.local(case), trace, **runs.of(case, TARGET))
    assert not differences, "\n".join([*map(str, differences), "", trace.log[-4000:]])


def test_a_map_is_a_loop_over_ranges(runs):
    case = next(case for case in CASES if case.name == "mapping")
    (artifact,) = runs.compile(case, TARGET, ("independent",))
    assert artifact.text.count("parallelismLimit:") > 1
    assert artifact.text.count("itemInput: flowyml_range") == artifact.text.count(
        "parallelismLimit:"
    )
