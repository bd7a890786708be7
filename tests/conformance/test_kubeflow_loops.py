"""Maps as loops, which Kubeflow collects from 2.14 on: the cases with maps, once more there."""

from __future__ import annotations

import pytest

from tests.conformance.cases import CASES
from tests.conformance.holding import does_the_same, params
from tests.conformance.map_cases import MAP_CASES
from tests.conformance.nested_cases import NESTED_CASES

pytestmark = pytest.mark.slow
TARGET = "kubeflow==2.14"
_MORE = ("resilience", "sub_pipelines", "large_defaults")
WITH_MAPS = [c for c in CASES if c in (*MAP_CASES, *NESTED_CASES) or c.name in _MORE]


@pytest.mark.parametrize(("case", "target"), params(TARGET, cases=WITH_MAPS))
def test_what_is_spread_over_pods_does_the_same(runs, case, target):
    does_the_same(runs, case, target)


def test_a_map_is_a_loop_over_ranges(runs):
    case = next(case for case in CASES if case.name == "mapping")
    (artifact,) = runs.compile(case, TARGET, ("independent",))
    assert artifact.text.count("parallelismLimit:") > 1
    assert artifact.text.count("itemInput: flowyml_range") == artifact.text.count(
        "parallelismLimit:"
    )
