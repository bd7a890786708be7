"""Which tasks a pipeline becomes, and who decides on a step."""

from __future__ import annotations

from flowyml.ir import FromAsset, Function, Output, Parameter, Predicate
from flowyml_kubeflow.plan import Verdict, plan
from tests.unit.kubeflow.irs import node, pipeline


def when(step, *, negate=False, shared=None, reads=()):
    predicate = Function(entrypoint=f"m:{step.name}#when[0]", digest="c" * 64)
    return step.model_copy(
        update={
            "when": (Predicate(function=predicate, negate=negate, shared=shared),),
            "condition_parameters": tuple(reads),
        }
    )


def asset(name, step, **fields):
    return Parameter(name=name, binding=FromAsset(step=step, output=step, **fields))


def jobs(*steps):
    return {job.name: job for job in plan(pipeline(*steps)).jobs}


def test_a_condition_becomes_kubeflows_own_where_every_reader_is_skipped_too():
    found = jobs(
        node("load"),
        when(node("train", reads=[("x", "load")]), reads=[asset("y", "load")]),
        node("use", reads=[("x", "train")]),
    )
    assert found["train"].verdict == Verdict(gate="train--when", wanted=True, native=True)
    assert found["train"].waits == ("load", "train--when")
    assert found["train--when"].role == "gate"
    assert [p.name for p in found["train--when"].step.reads] == ["x", "y"]
    assert [p.name for p in found["train"].step.reads] == ["x"]
    assert found["use"].verdict is None


def test_a_step_decides_itself_where_another_one_outlives_it():
    train = when(node("train"))
    default = node("use").model_copy(update={"parameters": (asset("x", "train", optional=True),)})
    for survivor in (default, node("use", after=["train"])):
        found = jobs(train, survivor)
        assert list(found) == ["train", "use"]
        assert found["train"].verdict is None


def test_a_survivor_further_down_counts_too():
    found = jobs(
        when(node("first")),
        when(node("second", reads=[("x", "first")])),
        node("last", after=["second"]),
    )
    assert list(found) == ["first", "second", "last"]


def pair(**more):
    make = [Output(name="model")]
    one, other = (
        node(name, reads=[("x", "load")]).model_copy(update={"outputs": tuple(make), **more})
        for name in ("b_one", "a_other")
    )
    shared = "a_other#when[0]"
    return when(one, negate=True, shared=shared), when(other, shared=shared)


def test_complementary_steps_obey_one_gate():
    either = FromAsset(step="b_one", output="model", otherwise="a_other")
    reader = node("use").model_copy(update={"parameters": (Parameter(name="m", binding=either),)})
    found = jobs(node("load"), *pair(), reader)
    assert list(found) == ["load", "b-one--when", "b-one", "a-other", "use"]
    assert found["b-one"].verdict == Verdict(gate="b-one--when", wanted=True, native=False)
    assert found["a-other"].verdict == Verdict(gate="b-one--when", wanted=False, native=False)
    assert found["use"].waits == ("a-other", "b-one")


def test_complementary_steps_that_nobody_reads_are_left_out_by_kubeflow():
    found = jobs(node("load"), *pair())
    assert found["b-one"].verdict == Verdict(gate="b-one--when", wanted=True, native=True)
    assert found["a-other"].verdict == Verdict(gate="b-one--when", wanted=False, native=True)


def test_the_gate_of_a_pair_needs_only_what_both_need():
    one, other = pair()
    one = one.model_copy(update={"parameters": (*one.parameters, asset("own", "extra"))})
    found = jobs(node("load"), node("extra"), one, other.model_copy(update={"after": ("extra",)}))
    assert [p.name for p in found["b-one--when"].step.reads] == ["x"]
    assert found["b-one--when"].waits == ("extra", "load")


def test_the_gate_of_a_pair_does_without_what_one_of_them_does_without():
    one, other = pair()
    other = other.model_copy(update={"parameters": (asset("x", "load", optional=True),)})
    found = jobs(when(node("load")), one, other)
    assert found["b-one--when"].step.parameters[0].binding.optional
