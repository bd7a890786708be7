"""What a target refuses or weakens, said in one way for every backend."""

from __future__ import annotations

import pytest

from flowyml.backend import Support
from flowyml.capability import unportable, unsupported
from flowyml.constructs import CONSTRUCTS
from flowyml.ir import Function, PipelineIR, Retry, Source, Span, StepNode

NATIVE = {name: Support(grade="native") for name in CONSTRUCTS}


def steps(*names, problem=None):
    span = Span(file="m.py", line=4)
    return tuple(
        StepNode(
            name=name,
            function=Function(entrypoint=f"m:{name}", digest="", span=span, problem=problem),
            retry=Retry(attempts=2),
        )
        for name in names
    )


def pipeline(*names, **fields):
    return PipelineIR(name="p", source=Source(module="m"), steps=steps(*names, **fields))


def found(ir, capabilities, allow=()):
    return unsupported(ir, capabilities, "target==1", allow)


@pytest.mark.parametrize("grade", ["native", "emulated"])
def test_what_means_the_same_is_not_reported(grade):
    assert found(pipeline("a"), NATIVE | {"retry": Support(grade=grade)}) == []


def test_what_the_table_does_not_list_is_refused():
    (diagnostic,) = found(pipeline("a"), {"step": NATIVE["step"]})
    assert str(diagnostic) == (
        "error[FML301] [target==1]: target==1 does not support retries of a step (step 'a')\n"
        "  --> m.py:4 (step 'a')\n"
        "  help: leave it out, or choose another target"
    )


def test_what_is_not_used_may_be_refused():
    refused = Support(grade="refused")
    assert found(pipeline("a"), NATIVE | {"input": refused, "after": refused}) == []


def test_a_weaker_meaning_is_an_error_until_it_is_accepted():
    weak = NATIVE | {"retry": Support(grade="degraded", note="it waits longer")}
    (diagnostic,) = found(pipeline("a", "b"), weak)
    assert (diagnostic.code, diagnostic.severity, diagnostic.grade) == (
        "FML302", "error", "degraded",
    )  # fmt: skip
    assert "(steps 'a', 'b'): it waits longer" in diagnostic.message


@pytest.mark.parametrize("accepted", ["FML302", "retry"])
def test_a_weaker_meaning_that_is_accepted_is_not_reported(accepted):
    weak = NATIVE | {"retry": Support(grade="degraded")}
    assert found(pipeline("a"), weak, [accepted]) == []


@pytest.mark.parametrize("accepted", ["FML301", "FML302", "retry"])
def test_nothing_makes_a_refused_construct_acceptable(accepted):
    refused = NATIVE | {"retry": Support(grade="refused")}
    assert [d.code for d in found(pipeline("a"), refused, [accepted])] == ["FML301"]


def test_a_construct_of_the_whole_pipeline_has_no_place():
    (diagnostic,) = found(pipeline("a", "b"), NATIVE | {"independent": Support(grade="refused")})
    assert (diagnostic.file, diagnostic.subject) == (None, None)


def test_many_steps_are_not_all_named():
    (diagnostic,) = found(pipeline(*"abcdefg"), NATIVE | {"retry": Support(grade="refused")})
    assert "(steps 'a', 'b', 'c', 'd', 'e' …)" in diagnostic.message


def test_a_function_that_no_worker_can_import_is_named_with_the_reason():
    diagnostics = unportable(pipeline("a", "b", problem="it is a closure"), "target==1")
    assert [(d.code, d.subject) for d in diagnostics] == [
        ("FML004", "step 'a'"),
        ("FML004", "step 'b'"),
    ]
    assert diagnostics[0].message == "step 'a' cannot run on another worker: it is a closure"
    assert unportable(pipeline("a"), "target==1") == []
