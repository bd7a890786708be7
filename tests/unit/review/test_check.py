"""Everything that there is to say about a pipeline, at once."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, UsageError, step
from flowyml.review.check import check
from flowyml.review.compile import compile_for, compile_pipeline
from flowyml.review.targets import resolve


@step(outputs=["data"])
def load():
    return [1]


@step(outputs=["data"])
def again():
    return [2]


@step
def use(missing):
    return missing


GOOD = Pipeline("good").add_step(load)
BAD = Pipeline("bad").add_steps([load, again, use])
CLOSURE = Pipeline("closure").add_step(step(name="inner")(lambda: 1))


def codes(*arguments, **keywords):
    return [d.code for d in check(*arguments, **keywords).diagnostics]


def test_nothing_is_wrong():
    assert codes(GOOD, resolve(["airflow", "kubeflow", "ir"])) == []


def test_what_holds_everywhere_comes_first_and_once():
    found = check(BAD, resolve(["airflow", "kubeflow"]), ["FML302"]).diagnostics
    assert [(d.code, d.target) for d in found] == [("FML103", None), ("FML104", None)]


def test_each_target_has_its_say():
    found = check(CLOSURE, resolve(["airflow", "kubeflow", "ir"])).diagnostics
    assert [(d.code, d.target.partition("==")[0], d.severity) for d in found] == [
        ("FML004", "airflow", "error"),
        ("FML004", "kubeflow", "error"),
        ("FML004", "ir", "warning"),
    ]


def test_given_inputs_are_refused_for_each_target():
    pipeline = Pipeline("p").add_step(use)
    assert codes(pipeline, inputs=["missing"]) == []
    assert codes(pipeline, resolve(["airflow", "kubeflow"]), inputs=["missing"]) == ["FML309"] * 2


def test_something_unknown_is_allowed():
    with pytest.raises(UsageError, match="no code or construct 'FML999'"):
        check(GOOD, allow=["FML999"])


def test_nothing_is_compiled_if_one_target_refuses():
    with pytest.raises(CompileError) as error:
        compile_for(CLOSURE, resolve(["ir", "airflow"]))
    assert [d.code for d in error.value.diagnostics] == ["FML004", "FML004"]


def test_compiled_files_have_their_sidecars():
    files = compile_pipeline(GOOD, "ir")
    assert sorted(files) == ["good.ir.flowyml.json", "good.ir.json"]


def test_what_a_compiler_finds_only_while_it_emits_is_reported_too(monkeypatch):
    """With what the others say, all in one error."""
    from flowyml.diagnostics import Diagnostic
    from flowyml.rendering.ir_target import IrBackend

    def refuse(self, ir, options):
        raise CompileError([Diagnostic(code="FML308", message="too large")])

    monkeypatch.setattr(IrBackend, "compile", refuse)
    with pytest.raises(CompileError) as error:
        compile_for(CLOSURE, resolve(["ir"]))
    assert [d.code for d in error.value.diagnostics] == ["FML004", "FML308"]
