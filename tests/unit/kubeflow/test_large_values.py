"""What one argument of a process does not hold: large defaults, and large graphs."""

from __future__ import annotations

import base64
import dataclasses
import json

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml.diagnostics import CompileError
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.spec_check import differences
from tests.unit.kubeflow.irs import given, node, pipeline, written

BACKEND = KubeflowBackend()


def spec_of(ir):
    options = CompileOptions(version="2.5", allow=frozenset({"FML302"}))
    (artifact,) = BACKEND.compile(ir, options)
    return yaml.safe_load(artifact.text)


@pytest.mark.parametrize(
    ("value", "type_"),
    [("x" * 8_000, "string"), (["{{x}}"] * 2_000, "array"), (list(range(3_000)), "array")],
)
def test_a_large_default_is_in_the_command_of_a_task_of_its_own(value, type_):
    ir = pipeline(node("a", context=["big"]), node("b"), parameters=(given("big", type_, value),))
    spec = spec_of(ir)
    tasks = spec["root"]["dag"]["tasks"]
    assert "defaultValue" not in spec["root"]["inputDefinitions"]["parameters"]["big"]
    assert tasks["a"]["inputs"]["artifacts"]["big"] == {
        "taskOutputArtifact": {"producerTask": "big--value", "outputArtifactKey": "output"}
    }
    assert tasks["a"]["dependentTasks"] == ["big--value"]
    assert "dependentTasks" not in tasks["b"]
    args = spec["deploymentSpec"]["executors"]["exec-big--value"]["container"]["args"]
    held = json.loads(base64.b64decode(args[args.index("--value") + 1]))
    assert (json.loads(held) if "{{x}}" in value else held) == value
    assert max(map(len, args)) < 2**17 - 2**14  # one argument of a process, and what it stands in


def test_a_default_that_fits_is_the_parameters():
    ir = pipeline(node("a", context=["s"]), parameters=(given("s", "string", "x" * 7_998),))
    assert spec_of(ir)["root"]["inputDefinitions"]["parameters"]["s"]["defaultValue"]
    assert list(spec_of(ir)["root"]["dag"]["tasks"]) == ["a"]


@pytest.mark.parametrize("change", ["value", "reader", "given"])
def test_a_large_default_that_went_wrong_is_found(change):
    ir = pipeline(node("a", context=["b"]), parameters=(given("b", "array", [1] * 5_000),))
    planned, placed, spec, _ = written(ir)
    assert differences(yaml.dump(spec), ir, planned, placed) == ()
    if change == "value":
        args = spec["deploymentSpec"]["executors"]["exec-b--value"]["container"]["args"]
        args[1] = base64.b64encode(b"[1]").decode()
    elif change == "reader":
        spec["root"]["dag"]["tasks"]["a"]["inputs"]["artifacts"] = {}
    else:
        spec["root"]["dag"]["tasks"]["b--value"]["inputs"]["parameters"]["given"] = {
            "runtimeValue": {"constant": [2]}
        }
    assert differences(yaml.dump(spec), ir, planned, placed)


@pytest.mark.parametrize("on", ["2.5", "2.15", "2.16", "vertex"])
def test_a_graph_that_no_process_takes_as_an_argument_is_refused(on):
    values = tuple(given(f"p{number}", "string", "x" * 7_900) for number in range(17))
    ir = pipeline(node("a"), parameters=values)
    options = CompileOptions(version=on)
    if on in ("2.16", "vertex"):
        assert BACKEND.compile(ir, options)
        return
    with pytest.raises(CompileError, match=r"has 13\d,\d{3} bytes as JSON; before 2.16") as raised:
        BACKEND.compile(ir, options)
    assert [each.code for each in raised.value.diagnostics] == ["FML308"]
    (artifact,) = BACKEND.compile(ir, dataclasses.replace(options, allow=frozenset({"FML308"})))
    said = BACKEND.inspect(artifact.text, options)
    assert [(each.code, each.severity) for each in said] == [("FML308", "error")]
