"""`when` and `unless` (docs/semantics.md §1.2, §3)."""

from __future__ import annotations

import itertools
import threading

import pytest

from flowyml import CompileError, Pipeline, context, step, unless, when


@step(outputs=["data"])
def load(quality: float = 0.95):
    return {"quality": quality}


def run(*steps, **values):
    return Pipeline.from_steps(*steps, name="p").run(context=values or None)


def states(result):
    return {name: each.state for name, each in result.step_results.items()}


def good(data):
    return data["quality"] > 0.9


@pytest.mark.parametrize(("quality", "state"), [(0.95, "SUCCEEDED"), (0.5, "SKIPPED")])
def test_a_step_runs_only_if_its_predicate_is_true(quality, state):
    @step(inputs=["data"], outputs=["model"])
    @when(good)
    def under(data):
        return "trained_model"

    @when(good)
    @step(inputs=["data"], outputs=["other"])
    def over(data):
        return "trained_model"

    argument = step(lambda data: 1, name="argument", inputs=["data"], condition=good)
    result = run(load, under, over, argument, quality=quality)
    assert states(result) == {
        "load": "SUCCEEDED",
        "under": state,
        "over": state,
        "argument": state,
    }
    assert result.success
    assert result["under"] == ("trained_model" if state == "SUCCEEDED" else None)


def test_unless_is_the_opposite():
    @step
    @unless(good)
    def repair(data):
        return 1

    assert states(run(load, repair))["repair"] == "SKIPPED"
    assert states(run(load, repair, quality=0.1))["repair"] == "SUCCEEDED"


@pytest.mark.parametrize("answers", list(itertools.product([True, False], repeat=2)))
def test_several_conditions_combine_with_and_and_stop_at_the_first_no(answers):
    asked = []

    def says(name, answer):
        def predicate():
            asked.append(name)
            return answer

        return predicate

    @when(says("outer", answers[0]))
    @step
    @unless(says("inner", not answers[1]))
    def train():
        return 1

    assert states(run(train))["train"] == ("SUCCEEDED" if all(answers) else "SKIPPED")
    assert asked == (["outer", "inner"] if answers[0] else ["outer"])


def test_consumers_of_a_skipped_asset_are_skipped_unless_they_can_do_without():
    @step(outputs=["model"])
    @when(good)
    def train(data):
        return "trained"

    @step
    def needs_it(model):
        return model

    @step
    def can_do_without(model="none"):
        return model

    @step
    def behind(can_do_without):
        return can_do_without

    result = run(load, train, needs_it, can_do_without, behind, quality=0.1)
    assert states(result) == {
        "load": "SUCCEEDED",
        "train": "SKIPPED",
        "needs_it": "SKIPPED",
        "can_do_without": "SUCCEEDED",
        "behind": "SUCCEEDED",
    }
    assert result["behind"] == "none"
    assert run(load, train, can_do_without)["can_do_without"] == "trained"


def test_a_failed_need_outranks_a_skipped_one():
    @step
    @when(good)
    def skipped(data):
        return 1

    @step
    def failed():
        raise RuntimeError("no")

    @step
    def reads_both(skipped, failed):
        return 1

    result = run(load, skipped, failed, reads_both, quality=0.1)
    assert states(result)["reads_both"] == "UPSTREAM_FAILED"


def test_a_skipped_gate_lets_its_successors_run():
    @step(inputs=["data"])
    @when(good)
    def validate(data):
        raise ValueError("never asked")

    @step(inputs=["data"], outputs=["model"])
    def train(data):
        return 1

    assert states(run(load, validate, train, quality=0.1))["train"] == "SUCCEEDED"


def test_a_predicate_that_raises_fails_its_step():
    @step
    @when(lambda data: data["nothing"])
    def train(data):
        return 1

    result = run(load, train)
    assert states(result)["train"] == "FAILED"
    assert "KeyError: 'nothing'" in result.step_results["train"].error


def test_a_predicate_reads_what_its_step_does_not():
    @step(outputs=["more"])
    def load_more():
        return 3

    @step
    @when(lambda data, more, limit=5: data["quality"] * more < limit)
    def train():
        return 1

    pipeline = Pipeline.from_steps(train, load, load_more, name="p")
    assert pipeline.dag.visualize().splitlines()[-1] == "3. train (depends on: load, load_more)"
    assert states(pipeline.run())["train"] == "SUCCEEDED"
    assert states(pipeline.run(context={"limit": 1}))["train"] == "SKIPPED"


def test_a_predicate_that_reads_what_nothing_supplies_is_a_build_error():
    @step
    @when(lambda dta: dta)
    def train():
        return 1

    with pytest.raises(CompileError) as error:
        Pipeline.from_steps(load, train, name="p").build()
    (found,) = error.value.diagnostics
    assert (found.code, found.subject) == ("FML104", "parameter 'dta'")


def complementary(asked):
    def is_good(data):
        asked.append(threading.get_ident())
        return data["quality"] > 0.9

    @step(outputs=["model"])
    @when(is_good)
    def train(data):
        return "trained"

    @step(outputs=["model"])
    @unless(is_good)
    def baseline(data):
        return "baseline"

    @step
    def evaluate(model):
        return f"evaluated {model}"

    return train, baseline, evaluate


@pytest.mark.parametrize(("quality", "made"), [(0.95, "trained"), (0.1, "baseline")])
def test_of_complementary_producers_one_runs_and_the_predicate_is_asked_once(quality, made):
    asked = []
    result = run(load, *complementary(asked), quality=quality)
    assert result.outputs["evaluate"] == f"evaluated {made}"
    assert result.outputs["model"] == made
    assert sorted(states(result).values()) == ["SKIPPED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]
    assert len(asked) == 1


@pytest.mark.parametrize("case", ["both when", "other predicate", "two conditions", "three"])
def test_anything_near_complementary_is_an_error_with_the_remedy(case):
    other = good if case != "other predicate" else (lambda data: good(data))
    second = when(good) if case == "both when" else unless(other)

    def make(name, *conditions):
        function = step(lambda data: 1, name=name, outputs=["model"])
        for condition in conditions:
            function = condition(function)
        return function

    steps = [make("a", when(good)), make("b", second)]
    if case == "two conditions":
        steps[1] = unless(good)(steps[1])
    if case == "three":
        steps.append(make("c", unless(good)))
    with pytest.raises(CompileError) as error:
        Pipeline.from_steps(load, *steps, name="p").build()
    found = error.value.diagnostics[0]
    assert found.code == "FML103"
    assert "name the predicate and use it in both" in found.help


def positive(value):
    return value > 0


def pair(first, second):
    """Make two steps that share an output and a predicate, and read each what it is told."""

    @step(inputs=first, outputs=["model"])
    @when(positive)
    def one(value):
        return "one"

    @step(inputs=second, outputs=["model"])
    @unless(positive)
    def two(value):
        return "two"

    left = step(lambda: 1, name="left", outputs=["left"])
    right = step(lambda: -1, name="right", outputs=["right"])
    return Pipeline.from_steps(left, right, one, two, name="p")


def test_complementary_steps_ask_one_question():
    assert pair(["left"], ["left"]).run().outputs["model"] == "one"
    with pytest.raises(CompileError) as error:
        pair(["left"], ["right"]).build()
    (found,) = error.value.diagnostics
    assert (found.code, found.subject) == ("FML103", "parameter 'value'")
    assert "the data of 'left' for 'one', as the data of 'right' for 'two'" in found.message


def test_what_is_no_function_is_no_predicate():
    with pytest.raises(TypeError, match="@when takes a function, not bool"):
        when(True)


def test_values_of_a_skipped_step_are_none_and_its_default_is_its_readers():
    @step(outputs=["a", "b"])
    @when(lambda: False)
    def pair():
        return 1, 2

    @step
    def reads(a=5, b=6):
        return a + b

    result = Pipeline.from_steps(pair, reads, name="p", context=context()).run()
    assert result["reads"] == 11
    assert result["pair"] is None


@step(outputs=["absent"])
@when(lambda: False)
def skipped():
    return 1


def test_a_predicate_gets_what_its_step_gets_its_default_included():
    @step
    @when(lambda absent: absent == 5)
    def reads(absent=5):
        return absent

    assert run(skipped, reads)["reads"] == 5


def test_an_asset_that_one_of_two_predicates_needs_is_needed():
    @step
    @when(lambda absent=5: True)
    @when(lambda absent: True)
    def train():
        return 1

    assert states(run(skipped, train))["train"] == "SKIPPED"


def test_each_predicate_has_its_own_default():
    @step
    @when(lambda limit=5: limit == 5)
    @when(lambda limit=6: limit == 6)
    def train():
        return 1

    assert states(run(train))["train"] == "SUCCEEDED"
    assert states(run(train, limit=5))["train"] == "SKIPPED"


def test_a_predicate_reads_what_only_the_run_is_given():
    @step(outputs=["report"])
    @when(lambda limit: limit > 1)
    def report():
        return "long"

    pipeline = Pipeline("p").add_step(report)
    assert states(pipeline.run(inputs={"limit": 2})) == {"report": "SUCCEEDED"}
    assert states(pipeline.run(inputs={"limit": 1})) == {"report": "SKIPPED"}
