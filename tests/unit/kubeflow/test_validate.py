from __future__ import annotations

import copy

import pytest

from flowyml.backend import CompileOptions
from flowyml.diagnostics import CompileError
from flowyml.ir import Retry
from flowyml.rendering import yaml
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.lowering import lower
from flowyml_kubeflow.messages import FormatError, to_message
from flowyml_kubeflow.spec_check import differences
from flowyml_kubeflow.validate import findings
from tests.unit.kubeflow.irs import chain, given, node, pipeline, written

IR = pipeline(
    node("a", context=["n"]),
    node("b", reads=[("x", "a")], retry=Retry(attempts=2), dated=True),
    node("c", after=["b"]),
    parameters=(given("n", "integer", 1),),
)
PLAN, PLACED, SPEC, _ = written(IR)
A = SPEC["root"]["dag"]["tasks"]["a"]["componentRef"]["name"]


def changed(path, value):
    """Copy the specification with one place changed; None takes the place away."""
    spec = copy.deepcopy(SPEC)
    *folders, last = path.split("/")
    part = spec
    for key in folders:
        part = part[key]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return spec


def test_what_we_emit_has_no_findings():
    assert findings(SPEC) == ()
    assert findings(written(chain(20))[2]) == ()


TASKS = "root/dag/tasks"
STRING = {"parameterType": "STRING"}


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        ("schemaVersion", "2.0.0", "schemaVersion: is '2.0.0'"),
        ("pipelineInfo/name", "Training", "pipelineInfo.name: 'Training' is not"),
        ("pipelineInfo/name", "a" * 129, "pipelineInfo.name: 'aaa"),
        (TASKS, {}, "root.dag.tasks: a pipeline needs at least one task"),
        (f"{TASKS}/b_", {}, "root.dag.tasks.b_: a task's name is of"),
        (f"{TASKS}/a/taskInfo/name", "z", "root.dag.tasks.a.taskInfo.name: differs"),
        (f"{TASKS}/a/componentRef/name", "no", "a.componentRef.name: there is no component 'no'"),
        (f"components/{A}/executorLabel", "no", "executorLabel: there is no executor"),
        (f"{TASKS}/c/dependentTasks", ["no"], "c.dependentTasks: there is no task 'no'"),
        (
            f"{TASKS}/b/inputs/artifacts/x/taskOutputArtifact/producerTask",
            "no",
            "b.inputs.artifacts.x: there is no task 'no'",
        ),
        (
            f"{TASKS}/b/inputs/artifacts/x/taskOutputArtifact/outputArtifactKey",
            "no",
            "b.inputs.artifacts.x: task 'a' has no output 'no'",
        ),
        (f"{TASKS}/a/dependentTasks", ["c"], "root.dag.tasks: a cycle: "),
        (f"{TASKS}/b/inputs/artifacts/x", None, "b.inputs.artifacts.x: a required input gets no"),
        (
            f"{TASKS}/a/inputs/parameters/more",
            {"runtimeValue": {"constant": 1}},
            "a.inputs.parameters.more: the component has no such input",
        ),
        ("root/inputDefinitions/parameters/n", None, "parameters.n: the graph has no input 'n'"),
        (
            f"components/{A}/inputDefinitions/parameters/n/defaultValue",
            3,
            "parameters.n: has a default that the backend ignores",
        ),
    ],
)
def test_each_rule_finds_its_corruption(path, value, finding):
    assert any(finding in str(each) for each in findings(changed(path, value)))


def test_a_task_beside_its_namesakes_driver():
    spec = copy.deepcopy(SPEC)
    tasks = spec["root"]["dag"]["tasks"]
    tasks["a-driver"] = copy.deepcopy(tasks["a"])
    tasks["a-driver"]["taskInfo"]["name"] = "a-driver"

    assert "gives this name to the driver" in str(findings(spec)[0])


def test_a_nested_graph_is_looked_into():
    spec = copy.deepcopy(SPEC)
    spec["components"]["comp-c"] = {"dag": {"tasks": {"x": {"taskInfo": {"name": "y"}}}}}
    found = [str(finding) for finding in findings(spec)]

    assert any(each.startswith("components.comp-c.dag.tasks.x.taskInfo.name") for each in found)


@pytest.mark.parametrize("data", [{"colour": 1}, [], "text", None, {"root": 3}, {"root": {"a": 1}}])
def test_what_is_no_specification_is_refused(data):
    with pytest.raises(FormatError, match="not a PipelineSpec"):
        to_message("PipelineSpec", data)


# Translation validation.


def test_our_text_means_what_the_pipeline_means():
    assert differences(yaml.dump(SPEC), IR, PLAN, PLACED) == ()


@pytest.mark.parametrize(
    ("path", "value", "difference"),
    [
        (f"{TASKS}/c/dependentTasks", ["a"], "task c: "),
        (f"{TASKS}/b/inputs/artifacts/x/taskOutputArtifact/producerTask", "c", "task b: "),
        (f"{TASKS}/c", None, "task c: the text says None"),
        (f"{TASKS}/a/inputs/parameters/n/componentInputParameter", "m", "task a: "),
        (f"components/{A}/outputDefinitions/artifacts", {}, "task a: "),
        ("root/inputDefinitions/parameters/n/defaultValue", True, "parameter n: "),
        ("root/inputDefinitions/parameters/n/isOptional", False, "parameter n: "),
        ("root/inputDefinitions/parameters/m", STRING, "parameter m: "),
        ("colour", "red", "not a PipelineSpec"),
    ],
)
def test_a_translation_that_means_something_else_is_found(path, value, difference):
    found = differences(yaml.dump(changed(path, value)), IR, PLAN, PLACED)

    assert len(found) == 1
    assert found[0].startswith(difference)


@pytest.mark.parametrize("path", ["attempts", "step"])
def test_another_task_description_is_found(path):
    text = yaml.dump(SPEC)
    other = {"attempts": text.replace('"attempts": 2', '"attempts": 3')}
    other["step"] = text.replace('"step": "m:b"', '"step": "m:z"')

    assert len(differences(other[path], IR, PLAN, PLACED)) == 1


def test_a_defect_of_the_compiler_is_an_error_at_compile_time(monkeypatch):
    def forget_order(*given, **more):
        spec = lower(*given, **more)
        del spec["root"]["dag"]["tasks"]["c"]["dependentTasks"]
        return spec

    monkeypatch.setattr("flowyml_kubeflow.backend.lower", forget_order)
    with pytest.raises(CompileError, match="FML307") as raised:
        KubeflowBackend().compile(IR, CompileOptions(version="2.5"))

    assert "task c" in str(raised.value)
