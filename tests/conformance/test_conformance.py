"""One suite, every backend: the same pipelines mean the same everywhere.

The local runner is compared with what `cases` says by hand; every other backend runs what its
compiler made, and is compared with the local runner. A known difference stands in `Case.gaps`, with
its reason; the test of a gap that closed fails until the gap is taken out.
"""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from flowyml.diagnostics import CompileError
from flowyml.storage import load_value
from flowyml_kubeflow.simulate import starting
from tests.conformance.case import Case
from tests.conformance.cases import CASES
from tests.conformance.holding import does_the_same, params
from tests.conformance.runs import TARGETS, codes
from tests.conformance.values import same
from tests.warm import Warm

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _forked_pods():
    """Fork what stands for a pod from a process that has loaded flowyml; for maps as loops, in
    `test_kubeflow_loops.py`, each starts a Python of its own.
    """
    warm = Warm("flowyml_kubeflow.worker", env={"PYTHONFAULTHANDLER": "1"})  # as the simulator
    with pytest.MonkeyPatch.context() as patch:
        started = {**vars(subprocess), "call": warm.call}
        patch.setattr(starting, "subprocess", SimpleNamespace(**started))
        yield
    warm.close()


@pytest.mark.parametrize(("case", "backend"), params("local"))
def test_the_local_runner_does_what_is_written(runs, case, backend):
    trace = runs.local(case)
    errors = {name: step.error for name, step in trace.steps.items() if step.error}
    states = {name: step.state for name, step in trace.steps.items()}
    assert states == expected_states(case, states), errors
    assert trace.success is case.success
    for name, step in trace.steps.items():
        assert step.attempts == expected_attempts(case, name, step.state), name
    record = runs.record(case)
    assert {name for name, step in record.steps.items() if step.recovered} == case.recovered
    assert {name: step.items for name, step in trace.steps.items() if step.items} == case.items
    for name, value in case.assets.items():
        found = load_value(trace.assets[name])
        assert same(found, value), f"{name}: {found!r}"


def expected_states(case: Case, found: dict[str, str]) -> dict[str, str]:
    """Give each step's state; where several are allowed, the one found if it is among them."""
    allowed = {name: case.states.get(name, "SUCCEEDED") for name in {**found, **case.states}}
    return {
        name: found[name] if found.get(name) in states else sorted(states)[0]
        for name, states in ((n, {s} if isinstance(s, str) else set(s)) for n, s in allowed.items())
    }


def expected_attempts(case: Case, step: str, state: str) -> int:
    return case.attempts.get(step, 1) if state in ("SUCCEEDED", "FAILED") else 0


@pytest.mark.parametrize(("case", "backend"), params(*TARGETS))
def test_what_was_compiled_does_the_same(runs, case, backend):
    does_the_same(runs, case, backend)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kubeflow_weakens_only_what_it_says(runs, case):
    """Steps that a failure elsewhere leaves free to run need the user's consent, others none."""
    if "kubeflow" in case.refused:
        return
    if not case.independent:
        assert runs.compile(case, "kubeflow", ())
        return
    with pytest.raises(CompileError) as refusal:
        runs.compile(case, "kubeflow", ())
    assert codes(refusal.value) == {"FML302"}
    assert runs.compile(case, "kubeflow", ("independent",))


@pytest.mark.parametrize(
    "backend", ["local", pytest.param("airflow", marks=pytest.mark.airflow), "kubeflow"]
)
def test_an_unguarded_run_executes_nothing_twice(runs, backend):
    """Each step leaves a line in the folder of its run, or beside its module without one."""
    case = next(case for case in CASES if case.name == "unguarded")
    counted = runs.kept(case, backend) / "ran.txt"
    if not counted.exists():
        assert (runs.local(case) if backend == "local" else runs.trial(case, backend)).success
    assert counted.read_text().splitlines() == ["extract", "transform"]


def test_case_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES)
