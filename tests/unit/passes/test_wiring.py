"""Rules 1.1 to 1.7 of docs/semantics.md: which value a parameter gets, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from flowyml import CompileError, Diagnostic, Pipeline, context, step
from flowyml.frontend.trace import trace
from flowyml.ir import FromAsset, FromContext, FromInput, PipelineIR
from flowyml.passes import check


def make(function: Any = None, /, **keywords: Any) -> Any:
    """A step of a fresh function whose parameters are given by its own signature."""
    return step(function, **keywords)


def build(*steps: Any, **keywords: Any) -> PipelineIR:
    return Pipeline.from_steps(*steps, name="p", **keywords).build()


def problems(*steps: Any, **keywords: Any) -> tuple[Diagnostic, ...]:
    with pytest.raises(CompileError) as error:
        build(*steps, **keywords)
    return error.value.diagnostics


def codes(*steps: Any, **keywords: Any) -> list[str]:
    return [d.code for d in problems(*steps, **keywords) if d.severity == "error"]


def bindings(ir: PipelineIR, name: str) -> dict[str, Any]:
    node = next(node for node in ir.steps if node.name == name)
    return {parameter.name: parameter.binding for parameter in node.parameters}


@step(outputs=["data"])
def load():
    return [1]


@step(outputs=["more"])
def load_more():
    return [2]


def test_a_parameter_binds_to_the_asset_of_its_name():
    @step
    def total(data):
        return sum(data)

    bound = bindings(build(total, load), "total")
    assert bound == {"data": FromAsset(step="load", output="data")}


def test_without_declared_outputs_the_value_has_the_steps_name():
    @step
    def numbers():
        return [1]

    @step
    def total(numbers):
        return sum(numbers)

    ir = build(numbers, total)
    assert [o.name for o in ir.steps[0].outputs] == ["numbers"]
    assert bindings(ir, "total") == {"numbers": FromAsset(step="numbers", output="numbers")}


def test_declared_inputs_of_other_names_go_in_order_to_the_required_parameters_left():
    @step(inputs=["more", "data"])
    def both(data, other, verbose=False):
        return data, other, verbose

    bound = bindings(build(load, load_more, both), "both")
    assert bound["data"] == FromAsset(step="load", output="data")
    assert bound["other"] == FromAsset(step="load_more", output="more")
    assert bound["verbose"] == FromContext()


def test_an_asset_beats_a_run_input_which_beats_the_context_which_beats_the_default():
    @step
    def read(data, given, key=2, own=3):
        return data, given, key, own

    pipeline = Pipeline("p", context=context(key=1)).add_steps([load, read])
    ir = check(trace(pipeline, inputs=("data", "given"))).ir
    assert bindings(ir, "read") == {
        "data": FromAsset(step="load", output="data"),
        "given": FromInput(key="given"),
        "key": FromContext(),
        "own": FromContext(),
    }
    assert {p.key: p.default for p in ir.parameters} == {"key": 1, "own": 3}


def test_variable_parameters_take_the_declared_inputs_that_are_left():
    @step(inputs=["data", "more"])
    def joined(*parts):
        return parts

    @step(inputs=["data", "more"])
    def named(**parts):
        return parts

    ir = build(load, load_more, joined, named)
    nodes = {node.name: node for node in ir.steps}
    assert [(p.name, p.position) for p in nodes["joined"].parameters] == [
        ("data", "var"),
        ("more", "var"),
    ]
    assert [(p.name, p.position) for p in nodes["named"].parameters] == [
        ("data", "keyword"),
        ("more", "keyword"),
    ]


def test_more_declared_inputs_than_parameters_are_an_error():
    @step(inputs=["data", "more"])
    def one(value):
        return value

    assert codes(load, load_more, one) == ["FML107"]


def test_fewer_declared_inputs_than_required_parameters_are_an_error():
    @step(inputs=["data"])
    def two(one, other):
        return one, other

    found = problems(load, two)
    assert [d.code for d in found] == ["FML104"]
    assert found[0].subject == "parameter 'other'"


def test_an_input_that_nothing_produces_names_the_closest_asset_and_its_place():
    @step(inputs=["dta"])
    def total(dta):
        return dta

    (found,) = problems(load, total)
    assert found.code == "FML104"
    assert found.line is not None
    assert "did you mean 'data' (produced by 'load' (" in (found.help or "")


def test_a_required_parameter_that_nothing_supplies_is_an_error():
    @step
    def train(learning_rate):
        return learning_rate

    (found,) = problems(train, context=context(learning_rte=0.1))
    assert found.code == "FML104"
    assert found.help == "did you mean 'learning_rte'?"


def test_what_nothing_supplies_and_nothing_is_near_says_how_to_give_it():
    @step
    def train(rows):
        return rows

    ways = "outputs=['rows'] of a step, context(rows=…) or run(inputs={'rows': …})"
    (found,) = problems(train)
    assert found.help == f"give it: {ways}"
    (found,) = problems(train, context=context(epochs=3))
    assert found.help == f"there is: epochs; what gives it is {ways}"


def test_the_step_of_a_method_has_no_object():
    class Trainer:
        @step
        def train(self, rows=()):
            return rows

    (found,) = problems(Trainer.train)
    assert found.help == "no step is called with an object: move the function out of its class"


def test_an_input_that_is_a_context_value_goes_to_no_other_parameter():
    @step(inputs=["sizes"])
    def train(size):
        return size

    (found,) = problems(train, context=context(sizes=[1]))
    assert found.code == "FML104"
    assert "it is a context value" in found.message
    assert found.help == "call the parameter 'sizes'"


@pytest.mark.parametrize("inputs", [None, ["data"]])
def test_a_step_never_reads_its_own_output(inputs):
    @step(inputs=inputs, outputs=["data"])
    def clean(data):
        return data

    assert codes(clean) == ["FML105"]


def test_an_asset_has_one_producer():
    @step(outputs=["data"])
    def again():
        return []

    (found,) = problems(load, again)
    assert found.code == "FML103"
    assert "'load' (" in found.message


def test_an_asset_and_a_context_value_of_one_name_are_an_error():
    assert codes(load, context=context(data=1)) == ["FML106"]


def test_two_steps_of_one_name_are_numbered_and_advised():
    def train():
        return 1

    first, second = step(train, outputs=["a"]), step(train, outputs=["b"])
    pipeline = Pipeline.from_steps(first, second, name="p")
    checked = check(trace(pipeline))
    assert [s.name for s in checked.ir.steps] == ["train", "train-2"]
    assert [(d.code, d.severity) for d in checked.diagnostics] == [("FML101", "advice")]


def test_a_part_that_is_called_as_a_step_is_advised_of_either():
    @step(outputs=["other"])
    def other():
        return 1

    pipeline = Pipeline.from_steps(load, name="p")
    pipeline.add_sub_pipeline(Pipeline.from_steps(other, name="load"))
    (found,) = check(trace(pipeline)).diagnostics
    assert (found.code, found.severity) == ("FML101", "advice")
    assert found.message.startswith("another step or part is called 'load'")


def test_the_same_step_twice_is_an_error():
    assert codes(load, load) == ["FML102"]


def test_a_cycle_names_its_steps():
    @step(inputs=["b"], outputs=["a"])
    def first(b):
        return b

    @step(inputs=["a"], outputs=["b"])
    def second(a):
        return a

    (found,) = problems(first, second)
    assert found.code == "FML108"
    assert "first -> second -> first" in found.message


def test_a_pipeline_without_steps_or_name_is_an_error():
    with pytest.raises(CompileError) as error:
        Pipeline(" ").build()
    assert [d.code for d in error.value.diagnostics] == ["FML112", "FML111"]


def test_every_problem_is_reported_at_once():
    @step(inputs=["nothing"], outputs=["data"])
    def odd(nothing, rate: int):
        return nothing, rate

    found = codes(load, odd, load_more, load_more, context=context(rate="fast", more=1))
    assert found == ["FML102", "FML103", "FML104", "FML106", "FML106", "FML204"]


def test_order_of_adding_breaks_ties_and_changes_no_edge():
    @step
    def total(data, more):
        return data, more

    assert [s.name for s in build(total, load_more, load).steps] == ["load_more", "load", "total"]
    assert [s.name for s in build(load, load_more, total).steps] == ["load", "load_more", "total"]
    one = {s.name: s for s in build(total, load_more, load).steps}
    other = {s.name: s for s in build(load, load_more, total).steps}
    assert one == other
