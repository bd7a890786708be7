"""What every backend is held to, and where it may differ: shared by the tests of all backends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from flowyml.diagnostics import CompileError
from flowyml.review.compare import compare
from tests.conformance.case import Case, said_of
from tests.conformance.cases import CASES
from tests.conformance.runs import PYTHONS, Runs, codes


def params(*targets: str, cases: Sequence[Case] = CASES) -> list[object]:
    """Give each case with each target, under the marks that the table states."""
    return [
        pytest.param(case, target, id=f"{case.name}-{target}", marks=marks(case, target))
        for target in targets
        for case in cases
    ]


def marks(case: Case, target: str) -> list[pytest.MarkDecorator]:
    found = [pytest.mark.airflow] if target == "airflow" else []
    if target in PYTHONS:
        found.append(needs(target))
    if reason := said_of(target, case.gaps):
        found.append(pytest.mark.xfail(reason=reason, strict=True))
    return found


def needs(target: str) -> pytest.MarkDecorator:
    """Skip a test where the environment of an older version is not set up."""
    environment = Path(PYTHONS[target]).parents[1]
    asked = environment.name.removeprefix(".venv-")
    return pytest.mark.skipif(
        not Path(PYTHONS[target]).exists(),
        reason=f"{target} has an environment of its own, which is not there: make {asked}",
    )


def does_the_same(runs: Runs, case: Case, target: str) -> None:
    """Run a case here and as it was compiled, and compare the two; or see that it is refused."""
    if code := said_of(target, case.refused):
        with pytest.raises(CompileError) as refusal:
            runs.compile(case, target, ("FML302",))
        assert codes(refusal.value) == {code}
        return
    reference, trace = runs.local(case), runs.trial(case, target)
    differences = compare(reference, trace, **runs.of(case, target))
    assert not differences, "\n".join([*map(str, differences), "", trace.log[-4000:]])
