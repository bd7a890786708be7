"""What Kubeflow's pages show of artifacts: metadata that the launcher takes over as it is."""

from __future__ import annotations

import json

import pytest

from flowyml import Dataset, Metrics, Model
from flowyml.ir import Span
from flowyml.runtime import Outcome
from flowyml.storage import ArtifactStore, Reference, load_value
from flowyml_kubeflow.pod import ExecutorInput, PodStore, executor_output, metadata, reference
from flowyml_kubeflow.shown import shown
from tests.unit.kubeflow.irs import component_of, node, pipeline, typed, written


class Odd:
    shape = "round"


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        (None, {"type": "NoneType"}),
        ("text", {"type": "str"}),
        (True, {"type": "bool"}),
        (178, {"type": "int", "it": 178}),
        (float("nan"), {"type": "float"}),
        ([{"a": 1, "b": 2}, {"b": 3, "c": 4}], {"type": "list", "rows": 2, "columns": 3}),
        ([1, 2], {"type": "list"}),
        (Dataset([{"a": 1}]), {"type": "flowyml.Dataset", "rows": 1, "columns": 1}),
        (Model({"a": 1}), {"type": "flowyml.Model"}),
        (
            Metrics(accuracy=0.9, f1={"ham": 0.5}, model="forest", ok=True, worst=float("inf")),
            {"type": "flowyml.Metrics", "accuracy": 0.9, "f1.ham": 0.5},
        ),
        (Odd(), {"type": f"{__name__}.Odd"}),
    ],
)
def test_the_facts_of_a_value(value, facts):
    assert shown("it", value) == facts


def test_the_extent_of_frames_and_arrays():
    pandas = pytest.importorskip("pandas")
    numpy = pytest.importorskip("numpy")
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})

    assert shown("it", frame) == {"type": "pandas.DataFrame", "rows": 3, "columns": 2}
    assert shown("it", Dataset(frame)) == {"type": "flowyml.Dataset", "rows": 3, "columns": 2}
    assert shown("it", frame["a"]) == {"type": "pandas.Series", "rows": 3}
    assert shown("it", numpy.zeros((4, 5))) == {"type": "numpy.ndarray", "rows": 4, "columns": 5}
    assert shown("it", numpy.zeros((4, 5, 6))) == {"type": "numpy.ndarray"}


def told(tmp_path, key="output"):
    """What the launcher hands over for one output."""
    artifact = {"name": key, "uri": str(tmp_path / key)}
    outputs = {"artifacts": {key: {"artifacts": [artifact]}}, "outputFile": str(tmp_path / "o")}
    return ExecutorInput({"outputs": outputs})


def written_metadata(given, name, value, *, elsewhere=False):
    store = PodStore(given.outputs)
    made = store.save(name, value)
    if elsewhere:  # a step with a time limit has a process of its own
        store = PodStore(given.outputs)
    outcome = Outcome(state="SUCCEEDED", outputs={name: made})
    said = json.loads(executor_output(given, outcome, store))
    ((_, artifacts),) = said["artifacts"].items()
    (artifact,) = artifacts["artifacts"]
    assert reference(name, artifact) == made
    return artifact["metadata"]


def test_what_came_from_the_cache_says_so_and_shows_the_same(tmp_path):
    given = told(tmp_path)
    kept = ArtifactStore(str(tmp_path / "store")).save("n", [{"a": 1}])
    store = PodStore(given.outputs)
    outcome = Outcome(state="CACHED", outputs={"n": store.place("n", kept)})
    said = json.loads(executor_output(given, outcome, store))

    (artifact,) = said["artifacts"]["output"]["artifacts"]
    assert artifact["metadata"]["cached"] == "true"
    assert (artifact["metadata"]["rows"], artifact["metadata"]["columns"]) == (1, 1)
    assert reference("n", artifact) == kept.at(str(tmp_path / "output"))
    assert load_value(reference("n", artifact)) == [{"a": 1}]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_metrics_stand_beside_what_we_need_ourselves(tmp_path, elsewhere):
    value = Metrics(accuracy=0.9, size=3, name="scores")
    found = written_metadata(told(tmp_path), "evaluation", value, elsewhere=elsewhere)

    assert found["display_name"] == "evaluation"
    assert found["type"] == "flowyml.Metrics"
    assert found["accuracy"] == 0.9
    assert found["size_"] == 3
    assert found["format"] == "json"
    assert len(found["digest"]) == 64
    assert json.loads(found["asset"])["name"] == "scores"


def test_a_digest_that_equal_contents_share_reaches_the_reader():
    made = Reference(uri="/x", digest="d", format="pickle", size=1, content="c")

    assert reference("it", {"uri": "/x", "metadata": metadata(made)}) == made


# Steps that are alike share a component.


def uses(*names, **fields):
    """Steps of one function that read what the one before makes."""
    function = node("link").function
    steps = [node("first")]
    for name in names:
        step = node(name, reads=[("x", steps[-1].name)], **fields)
        steps.append(step.model_copy(update={"function": function}))
    return steps


def test_the_uses_of_a_function_share_a_component():
    _, _, spec, _ = written(pipeline(*uses("a", "b", "c")))
    names = {task["componentRef"]["name"] for task in spec["root"]["dag"]["tasks"].values()}

    assert len(names) == len(spec["components"]) == 2
    assert component_of(spec, "a") is component_of(spec, "c")


def test_a_use_that_looks_otherwise_has_a_component_of_its_own():
    first, a, b = uses("a", "b")
    span = Span(file="m.py", line=99)
    moved = b.model_copy(update={"function": b.function.model_copy(update={"span": span})})
    for other, alike in ((typed(b, "flowyml.Model"), False), (moved, True)):
        _, _, spec, _ = written(pipeline(first, a, other))
        assert (component_of(spec, "a") == component_of(spec, "b")) is alike


def test_no_other_step_changes_the_name_of_a_component():
    _, _, alone, _ = written(pipeline(*uses("a")))
    _, _, beside, _ = written(pipeline(*uses("a", "b"), node("other")))

    assert alone["components"].items() <= beside["components"].items()
