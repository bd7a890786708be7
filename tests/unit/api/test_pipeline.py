from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, context, step


@step(outputs=["data"])
def load_data():
    return [1]


@step(inputs=["data"], outputs=["clean"])
def preprocess(data):
    return data


@step(inputs=["clean"], outputs=["model"])
def train_model(clean):
    return clean


def test_adding_chains_and_keeps_the_order():
    pipeline = Pipeline("p").add_step(load_data).add_steps([preprocess, train_model])
    assert pipeline.steps == (load_data, preprocess, train_model)
    assert Pipeline.from_steps(load_data, preprocess, name="p").steps == (load_data, preprocess)


def test_visualize_gives_the_tutorials_text():
    pipeline = Pipeline.from_steps(train_model, preprocess, load_data, name="p")
    pipeline.build()
    assert pipeline.dag.visualize() == (
        "Step Execution Order:\n"
        "1. load_data\n"
        "2. preprocess (depends on: load_data)\n"
        "3. train_model (depends on: preprocess)"
    )


def test_what_is_said_of_the_pipeline_reaches_the_ir():
    ir = (
        Pipeline(
            "p",
            context=context(rate=0.1),
            project_name="team",
            fail_fast=True,
            description="Says so.",
            tags=["nightly"],
        )
        .add_step(load_data)
        .build()
    )
    assert (ir.name, ir.project, ir.fail_fast) == ("p", "team", True)
    assert (ir.description, ir.tags) == ("Says so.", ("nightly",))
    assert [(p.key, p.default) for p in ir.parameters] == [("rate", 0.1)]


def test_without_a_description_the_modules_docstring_is_it(monkeypatch):
    monkeypatch.setitem(globals(), "__doc__", "First.\n\n    Second.")
    assert Pipeline("p").add_step(load_data).build().description == "First.\n\nSecond."


def test_an_unknown_keyword_names_the_nearest():
    with pytest.raises(TypeError, match="no keyword 'fail_fats'; did you mean 'fail_fast'"):
        Pipeline("p", fail_fats=True)
    with pytest.raises(TypeError, match="no keyword 'tag'; did you mean 'tags'"):
        Pipeline.from_steps(load_data, name="p", tag=["x"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": 1}, "name must be text"),
        ({"name": "p", "context": {"a": 1}}, "takes context"),
        ({"name": "p", "tags": "x"}, "takes a list"),
        ({"name": "p", "tags": ["x", 1]}, "tags= takes texts, not 1"),
        ({"name": "p", "description": 5}, "description= takes text, not 5"),
        ({"name": "p", "project_name": ["a"]}, "project_name= takes text"),
    ],
)
def test_wrong_arguments_say_what_is_right(arguments, said):
    with pytest.raises(TypeError, match=said):
        Pipeline(**arguments)


def test_constructing_touches_no_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Pipeline("p", context=context(a=1)).add_step(load_data).build()
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_pipeline_is_a_value_error_with_everything_in_it():
    @step(inputs=["nothing"])
    def a(nothing):
        return nothing

    @step(inputs=["nought"])
    def b(nought):
        return nought

    with pytest.raises(ValueError, match="2 problems") as error:
        Pipeline.from_steps(a, b, name="p").build()
    assert isinstance(error.value, CompileError)
    assert "needs 'nothing'" in str(error.value)
    assert "needs 'nought'" in str(error.value)


def test_what_is_built_holds_no_value_that_others_change():
    shared, given = [1], {"a": [2]}

    @step(outputs=["made"])
    def make(values=shared, more=None):
        return values, more

    ir = Pipeline("p", context=context(more=given)).add_step(make).build()
    shared.append(3)
    given["a"].append(4)

    assert {p.key: p.default for p in ir.parameters} == {"more": {"a": [2]}, "values": [1]}
