"""Wrong use is refused where it is written, or fails its step in few words; nothing is ignored."""

from __future__ import annotations

import math
import threading

import pytest

from flowyml import (
    CompileError,
    LocalStack,
    Pipeline,
    context,
    map_task,
    on_failure,
    parallel_map,
    retry,
    step,
    unless,
    when,
)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (
            lambda: retry(max_attempts=0),
            ValueError,
            "max_attempts=0; a step is tried at least once",
        ),
        (lambda: retry(max_attempts=2.5), TypeError, "takes a whole number, not 2.5"),
        (lambda: retry(max_attempts=True), TypeError, "takes a whole number, not True"),
        (lambda: retry(backoff=-1), ValueError, "backoff=-1 must be a number that is not negative"),
        (lambda: retry(delay=-0.5), ValueError, "delay=-0.5 must be a number that is not negative"),
        (lambda: retry(max_delay=math.nan), ValueError, "max_delay=nan must be a number"),
        (lambda: retry(on="ValueError"), TypeError, "takes exception classes, not 'ValueError'"),
        (lambda: step(retry=-1), ValueError, "retry= must not be negative, got -1"),
        (lambda: step(timeout=0), ValueError, "timeout=0 leaves no time to run"),
        (lambda: step(timeout="1"), TypeError, "timeout= takes a number, not '1'"),
        (lambda: step(condition="n > 1"), TypeError, "condition= takes a function, not str"),
        (lambda: map_task(concurrency=0), ValueError, "concurrency=0: it must be at least 1"),
        (lambda: map_task(retries=-1), ValueError, "retries=-1: it must be at least 0"),
        (lambda: map_task(retry_delay=-1), ValueError, "retry_delay=-1 must be a number"),
        (lambda: map_task(min_success_ratio=1.1), ValueError, "it is a share, from 0 to 1"),
        (lambda: map_task(min_success_ratio=-0.1), ValueError, "must be a number that is not neg"),
        (lambda: map_task(timeout_per_item=0), ValueError, "leaves no time to run"),
        (lambda: map_task(step(outputs=["a"])(abs)), TypeError, "<step 'abs'> is a step already"),
        (lambda: step(outputs=["a"])(map_task(abs)), TypeError, "<map task 'abs'> is a step alr"),
        (lambda: map_task(lambda: 1), TypeError, "takes the item, and <lambda>() has none"),
        (lambda: map_task(lambda *rows: 1), TypeError, "and <lambda>() begins with '*rows'"),
        (lambda: map_task(lambda *, row: 1), TypeError, "and <lambda>() begins with 'row'"),
        (lambda: retry(lambda: 1), TypeError, "@retry has to be called: write @retry() or"),
        (lambda: step(when(lambda: 1)), TypeError, "@when has decorated nothing yet: write @when("),
        (lambda: step(on_failure(lambda: 1)), TypeError, "@on_failure has decorated nothing yet"),
        (
            lambda: Pipeline("p").add_step(unless(step(lambda: 1))),
            TypeError,
            "@unless has decorated nothing yet: write @unless(…), with a function of its own",
        ),
        (lambda: on_failure("fallback"), TypeError, "@on_failure takes a function, not str"),
        (lambda: when(True), TypeError, "@when takes a function, not bool: True"),
        (lambda: unless(None), TypeError, "@unless takes a function, not NoneType"),
        (lambda: when(type), TypeError, "@when cannot read the parameters of 'type'"),
        (lambda: step(type), TypeError, "@step cannot read the parameters of 'type'"),
        (lambda: parallel_map(abs, [1], num_workers=0), ValueError, "num_workers=0: it must be"),
        (lambda: parallel_map(abs, [1], backend="proces"), ValueError, "did you mean 'process'"),
        (
            lambda: Pipeline("p", stack=3),
            TypeError,
            "stack= takes a LocalStack, a Stack or the name of one, not int",
        ),
        (lambda: LocalStack(artifact_path=""), ValueError, "artifact_path= must not be empty"),
        (lambda: Pipeline("p", enable_cahce=False), TypeError, "has no keyword 'enable_cahce'"),
        (
            lambda: step(tags=["gpu"]),
            TypeError,
            "step() has no keyword 'tags'; there is: after, cache, condition, gate, image, inputs",
        ),
        (
            lambda: step(timeout_s=3),
            TypeError,
            "has no keyword 'timeout_s'; did you mean 'timeout'",
        ),
    ],
)
def test_what_is_refused_where_it_is_written(make, error, says):
    decorate = None
    with pytest.raises(error) as caught:
        decorate = make()
        if callable(decorate):  # `@step(…)` looks at some keywords once it has the function
            decorate(lambda: 0)
    assert says in str(caught.value)


@pytest.fixture(params=["thread", "process"])
def run(request):
    def run_steps(*steps, **values):
        given = context(**values)
        return Pipeline("p", context=given, executor=request.param).add_steps(steps).run()

    return run_steps


def test_a_predicate_that_raises(run):
    @step(outputs=["model"])
    @when(lambda n: n["missing"])
    def train(n):
        return 1

    @step
    def reads(model):
        return model

    @step
    def other(n):
        return n

    result = run(train, reads, other, n=3)
    states = {name: found.state for name, found in result.step_results.items()}
    assert states == {"train": "FAILED", "reads": "UPSTREAM_FAILED", "other": "SUCCEEDED"}
    assert result.step_results["train"].error.endswith(
        "TypeError: 'int' object is not subscriptable"
    )
    assert 'n["missing"]' in result.step_results["train"].error


def test_a_fallback_that_raises_shows_both_errors(run):
    def fallback(error):
        return {}["nothing"]

    @step
    @on_failure(fallback)
    def fails():
        raise ConnectionError("no answer")

    found = run(fails).step_results["fails"]
    assert (found.state, found.recovered, found.attempts) == ("FAILED", False, 1)
    first, _, second = found.error.partition("During handling of the above exception")
    assert "ConnectionError: no answer" in first
    assert second.endswith("KeyError: 'nothing'")
    assert "flowyml" not in found.error


@pytest.mark.parametrize(
    ("items", "says"),
    [
        (3, "was given one int; give it a list of items"),
        ("text", "was given a str; give it a list of items"),
        ({"a": 1}, "was given a dict; give it a list of items"),
        ({1, 2}, "was given a set, which has no order; sort it"),
        (None, "was given one NoneType; give it a list of items"),
    ],
)
def test_a_map_over_no_collection(items, says):
    @step
    def make():
        return items

    @map_task
    def each(make):
        return make

    found = Pipeline("p").add_steps([make, each]).run().step_results["each"]
    assert (found.state, found.attempts) == ("FAILED", 1)
    assert found.error == f"flowyml.runtime.BindError: map task 'each' {says}"


def test_an_output_that_cannot_be_stored(run):
    @step(outputs=["model"])
    def make():
        return {"lock": threading.Lock()}

    @step
    def reads(model):
        return 1

    result = run(make, reads)
    assert result.step_results["reads"].state == "UPSTREAM_FAILED"
    error = result.step_results["make"].error
    assert error.startswith(
        "flowyml.storage.UnserializableError: output 'model' cannot be stored: "
        "value['lock'] is a _thread.lock, which cannot be stored ("
    )
    assert error.endswith("flowyml.storage.register_serializer")
    assert "\n" not in error


def test_a_fallback_with_another_signature_is_found_before_anything_runs():
    ran = []

    @step
    def first():
        ran.append(1)

    @step
    @on_failure(lambda path: path)
    def fails(first):
        raise ConnectionError

    with pytest.raises(CompileError, match="FML116"):
        Pipeline("p").add_steps([first, fails]).run()
    assert ran == []
