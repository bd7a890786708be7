"""Loops that the SDK does not write: over wrong items, and over a container itself."""

from __future__ import annotations

import textwrap
from types import SimpleNamespace

import pytest
import yaml

from flowyml_kubeflow.simulate import run_spec, tasks
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


def test_as_many_iterations_as_the_limit_says_go_on_at_a_time(tmp_path):
    """Each of four waits for the others of its pair, so two do go on, and never more."""
    script = """
    import pathlib, sys, time
    place, number = pathlib.Path(sys.argv[1]), int(float(sys.argv[2]))
    (place / f"in{number}").touch()
    pair = [place / f"in{number // 2 * 2 + each}" for each in (0, 1)]
    while not all(each.exists() for each in pair):
        time.sleep(0.01)
    print(len([*place.glob("in*")]) - len([*place.glob("out*")]))
    (place / f"out{number}").touch()
    """
    (tmp_path / "place").mkdir()
    words = ["python", "-c", textwrap.dedent(script), str(tmp_path / "place")]
    container = {"image": "any", "command": words, "args": ["{{$.inputs.parameters['p']}}"]}
    data = yaml.safe_load(one({"container": container}, inputs={"p": "NUMBER_INTEGER"}))
    data["root"]["dag"]["tasks"]["a"] |= {
        "parameterIterator": {"itemInput": "p", "items": {"raw": "[0, 1, 2, 3]"}},
        "iteratorPolicy": {"parallelismLimit": 2},
    }
    run = run_spec(yaml.safe_dump(data), workdir=tmp_path, workers=8)

    assert run.state == "SUCCEEDED"
    assert all(int(each.log) <= 2 for each in run.tasks["a"].inner)


def test_waits_between_attempts_are_those_of_the_policy_times_the_pace(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(tasks, "time", SimpleNamespace(sleep=waited.append))
    data = yaml.safe_load(one("false"))
    data["root"]["dag"]["tasks"]["a"]["retryPolicy"] = {
        "maxRetryCount": 4,
        "backoffDuration": "10.9s",
        "backoffFactor": 3,
        "backoffMaxDuration": "200s",
    }
    run = run_spec(yaml.safe_dump(data), workdir=tmp_path, pace=0.5)

    assert (run.tasks["a"].state, run.tasks["a"].attempts) == ("FAILED", 5)
    assert waited == [5.0, 15.0, 45.0, 100.0]
