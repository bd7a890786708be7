from __future__ import annotations

import inspect

import pytest

from flowyml import Pipeline, Step, step


def train(data, rate=0.1):
    """Train."""
    return data, rate


def test_calling_a_step_calls_the_function():
    assert step(train)([1], rate=2) == ([1], 2)


def test_a_step_looks_like_its_function():
    made = step(train)
    assert (made.__name__, made.__doc__) == ("train", "Train.")
    assert inspect.signature(made) == inspect.signature(train)


@pytest.mark.parametrize("made", [step(train), step()(train), step(train, name="train")])
def test_every_form_makes_a_step(made):
    assert isinstance(made, Step)
    assert (made.name, made.inputs, made.outputs, made.retry) == ("train", None, (), None)


def test_a_step_of_a_step_is_one_step():
    assert step(step(train), name="b").function is train


@pytest.mark.parametrize(
    ("keywords", "error", "said"),
    [
        ({"inputs": "data"}, TypeError, r'write inputs=\["data"\]'),
        ({"outputs": [1]}, TypeError, "outputs= takes names, not int"),
        ({"name": ""}, ValueError, "empty"),
        ({"name": 1}, TypeError, "must be text"),
        ({"retry": -1}, ValueError, "negative"),
        ({"retry": True}, TypeError, "whole number"),
        ({"retry": 1.5}, TypeError, "whole number"),
        ({"after": "load"}, TypeError, "takes a list"),
        ({"output": ["a"]}, TypeError, "no keyword 'output'; did you mean 'outputs'"),
    ],
)
def test_wrong_arguments_say_what_is_right(keywords, error, said):
    with pytest.raises(error, match=said):
        step(train, **keywords)


def test_what_is_no_function_is_no_step():
    with pytest.raises(TypeError, match="needs a function, not int"):
        step(1)


def test_adding_what_is_no_step_says_what_to_do():
    with pytest.raises(TypeError, match="decorate it with @step"):
        Pipeline("p").add_step(train)
    with pytest.raises(TypeError, match=r"add_step\(\) takes one"):
        Pipeline("p").add_steps(step(train))
    with pytest.raises(TypeError, match="takes a step, not int"):
        Pipeline("p").add_step(1)
