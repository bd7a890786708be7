"""Loops that the SDK does not write: over wrong items, and over a container itself."""

from __future__ import annotations

import pytest
import yaml

from flowyml_kubeflow.simulate import run_spec
from tests.unit.kubeflow.specs import one

OUT = "{{$.outputs.parameters['x'].output_file}}"


@pytest.fixture
def loop(tmp_path):
    def run(raw, script=("true", [])):
        text = one(script, inputs={"p": "NUMBER_DOUBLE"}, outputs={"x": "STRING"})
        data = yaml.safe_load(text)
        iterator = {"itemInput": "p", "items": {"raw": raw}}
        data["root"]["dag"]["tasks"]["a"]["parameterIterator"] = iterator
        return run_spec(yaml.safe_dump(data), workdir=tmp_path).tasks["a"]

    return run


def test_an_item_of_another_type_fails_the_loop(loop):
    assert loop('[1, "x"]').error == "the parameter 'p' takes NUMBER_DOUBLE, not 'x'"


def test_items_that_are_no_list_fail_the_loop(loop):
    assert loop('{"a": 1}').error == "the items of the loop are {'a': 1}, which is no list"


def test_a_container_may_be_looped_over(loop):
    script = ('printf %s "$1" > "$2"', ["{{$.inputs.parameters['p']}}", OUT])
    assert loop("[1, 2.5]", script).outputs.parameters == {"x": ["1", "2.5"]}


def test_a_loop_without_items_makes_nothing_that_could_be_read(loop):
    ended = loop("[]")
    assert (ended.state, dict(ended.outputs.parameters)) == ("SUCCEEDED", {})
