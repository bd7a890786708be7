"""Loops that the SDK does not write: over wrong items, and over a container itself."""

from __future__ import annotations

import textwrap
from types import SimpleNamespace

import pytest
import yaml

from flowyml_kubeflow.simulate import run_spec, tasks
from flowyml_kubeflow.simulate.graph import run_graph
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


def test_hundreds_of_items_are_worked_on_and_collected_in_order(loop):
    script = ('printf %s "$1" > "$2"', ["{{$.inputs.parameters['p']}}", OUT])
    ended = loop(str(list(range(200))), script)
    assert ended.outputs.parameters == {"x": [str(n) for n in range(200)]}
    assert [each.name for each in ended.inner[8:11]] == ["a/8", "a/9", "a/10"]


class Counted(dict[str, tuple[str, ...]]):
    """Edges that know how often they were looked up."""

    looked = 0

    def __getitem__(self, key: str) -> tuple[str, ...]:
        self.looked += 1
        return super().__getitem__(key)


@pytest.mark.parametrize("needs", [(), ("0",)])
def test_what_it_takes_to_start_tasks_grows_no_faster_than_their_number(needs):
    edges = Counted({str(n): needs if n else () for n in range(2_000)})
    states = run_graph(edges, lambda _name: "SUCCEEDED", workers=2)
    assert set(states.values()) == {"SUCCEEDED"}
    assert edges.looked <= 4 * len(edges)
