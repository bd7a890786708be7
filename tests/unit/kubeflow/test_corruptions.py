"""Twenty-one broken specifications, most of which Kubeflow's SDK takes, each refused by name.

Every corruption is made in specifications of three tools: ours, Kubeflow's SDK, and a hand.
"""

from __future__ import annotations

import copy
import functools
import tempfile
from pathlib import Path

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.validate.file import inspect
from tests.unit.kubeflow.irs import given, node, pipeline
from tests.unit.kubeflow.specs import component, spec, task


def by_hand():
    takes = {"n": "NUMBER_INTEGER"}
    made = spec(
        {"e": ("true", ["{{$.inputs.parameters['n']}}", "{{$}}"])},
        {
            "make": component("e", inputs=takes, outputs={"x": "NUMBER_INTEGER"}),
            "use": component("e", inputs=takes),
        },
        [
            task("make", parameters={"n": 1}),
            task("use", parameters={"n": ("make", "x")}, after=["make"]),
        ],
    )
    return yaml.safe_load(made)


def by_us():
    steps = node("make", context=["n"]), node("use", reads=[("x", "make")], context=["n"])
    ir = pipeline(*steps, parameters=(given("n", "integer", 1),))
    (artifact,) = KubeflowBackend().compile(ir, CompileOptions(version="2.5"))
    return yaml.safe_load(artifact.text)


def by_the_sdk():
    dsl = pytest.importorskip("kfp.dsl")  # the format's package alone provides `kfp`, too
    compiler = pytest.importorskip("kfp.compiler")
    command = ["sh", "-c", "true"]
    integer = {"n": int, "return": dsl.ContainerSpec}

    def make(n, x):
        return dsl.ContainerSpec(image="busybox", command=command, args=[n, x])

    def use(n):
        return dsl.ContainerSpec(image="busybox", command=command, args=[n])

    make.__annotations__ = integer | {"x": dsl.OutputPath(int)}
    use.__annotations__ = integer
    made, used = dsl.container_component(make), dsl.container_component(use)

    @dsl.pipeline(name="both")
    def both():
        first = made(n=1)
        used(n=first.outputs["x"]).after(first)

    with tempfile.TemporaryDirectory() as folder:
        compiler.Compiler().compile(both, str(Path(folder, "spec.yaml")))
        return yaml.safe_load(Path(folder, "spec.yaml").read_text())


TOOLS = {"flowyml": by_us, "sdk": by_the_sdk, "hand": by_hand}


@functools.cache
def sound(tool):
    return TOOLS[tool]()


def tasks(data):
    return data["root"]["dag"]["tasks"]


def stated(data, name="use"):
    return data["components"][tasks(data)[name]["componentRef"]["name"]]


def executor(data):
    return data["deploymentSpec"]["executors"][stated(data)["executorLabel"]]["container"]


def source(data):
    """Give what says where `use` reads what `make` made."""
    sources = [each for part in tasks(data)["use"]["inputs"].values() for each in part.values()]
    kinds = ("taskOutputArtifact", "taskOutputParameter")
    return next(each[kind] for each in sources for kind in kinds if kind in each)


def number(data):
    return stated(data, "make")["inputDefinitions"]["parameters"]["n"]


def given_to_make(data):
    return tasks(data)["make"]["inputs"]["parameters"]


LONG = "a" * 200
CORRUPTIONS = {
    "an unknown field at the root": (
        lambda data: data.update(colour=1),
        "colour: there is no such field",
    ),
    "an unknown field in a task": (
        lambda data: tasks(data)["use"].update(cachingOption={}),
        "root.dag.tasks.use.cachingOption: there is no such field; did you mean 'cachingOptions'?",
    ),
    "a bad duration": (
        lambda data: tasks(data)["use"].update(retryPolicy={"backoffDuration": "soon"}),
        "root.dag.tasks.use.retryPolicy.backoffDuration: 'soon' is no duration",
    ),
    "a bad enum": (
        lambda data: number(data).update(parameterType="WHOLE"),
        "inputDefinitions.parameters.n.parameterType: 'WHOLE' is no ParameterTypeEnum",
    ),
    "no root": (lambda data: data.pop("root"), "root.dag.tasks: a pipeline needs at least one"),
    "no deploymentSpec": (lambda data: data.pop("deploymentSpec"), "deploymentSpec: is missing"),
    "an empty name": (
        lambda data: data["pipelineInfo"].update(name=""),
        "pipelineInfo.name: '' is not",
    ),
    "a missing component": (
        lambda data: tasks(data)["use"]["componentRef"].update(name="usage"),
        "root.dag.tasks.use.componentRef.name: there is no component 'usage'",
    ),
    "a missing executor": (
        lambda data: stated(data).update(executorLabel="nowhere"),
        "executorLabel: there is no executor 'nowhere'",
    ),
    "dangling dependentTasks": (
        lambda data: tasks(data)["use"].update(dependentTasks=["mke"]),
        "root.dag.tasks.use.dependentTasks: there is no task 'mke'; did you mean 'make'?",
    ),
    "a dangling producerTask": (
        lambda data: source(data).update(producerTask="mke"),
        ": there is no task 'mke'; did you mean 'make'?",
    ),
    "a cycle": (
        lambda data: tasks(data)["make"].update(dependentTasks=["use"]),
        "root.dag.tasks: a cycle: make → use → make",
    ),
    "a missing required input": (
        lambda data: given_to_make(data).pop("n"),
        "root.dag.tasks.make.inputs.parameters.n: a required input gets no value",
    ),
    "a constant of another type": (
        lambda data: given_to_make(data).update(n={"runtimeValue": {"constant": "one"}}),
        "make.inputs.parameters.n: takes NUMBER_INTEGER, and gets the constant 'one'",
    ),
    "a garbage condition": (
        lambda data: tasks(data)["use"].update(triggerPolicy={"condition": "n is large"}),
        "root.dag.tasks.use.triggerPolicy.condition: 'n is large' is no condition",
    ),
    "a placeholder of an unknown input": (
        lambda data: executor(data).update(args=["{{$.inputs.parameters['m']}}"]),
        "container.args: ",
    ),
    "a pipeline's name in capitals": (
        lambda data: data["pipelineInfo"].update(name="Training"),
        "pipelineInfo.name: 'Training' is not",
    ),
    "a pipeline's name of 200 characters": (
        lambda data: data["pipelineInfo"].update(name=LONG),
        f"pipelineInfo.name: '{LONG[:99]}",
    ),
    "another schemaVersion": (
        lambda data: data.update(schemaVersion="2.0.0"),
        "schemaVersion: is '2.0.0'; Kubeflow takes '2.1.0'",
    ),
    "bad characters in a task's name": (
        lambda data: tasks(data).update({"Use it": tasks(data).pop("use")}),
        "root.dag.tasks.Use it: a task's name is of",
    ),
    "negative retries": (
        lambda data: tasks(data)["use"].update(retryPolicy={"maxRetryCount": -1}),
        "root.dag.tasks.use.retryPolicy.maxRetryCount: -1 retries",
    ),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_not_broken_has_no_errors(tool):
    found = inspect(yaml.safe_dump(sound(tool))).found
    assert [str(each.finding) for each in found if each.finding.severity == "error"] == []


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_refused_by_name(name, tool):
    corrupt, message = CORRUPTIONS[name]
    data = copy.deepcopy(sound(tool))
    corrupt(data)
    found = inspect(yaml.safe_dump(data)).found
    errors = [str(each.finding) for each in found if each.finding.severity == "error"]

    assert any(message in error for error in errors), errors


def test_there_are_as_many_as_were_measured():
    assert len(CORRUPTIONS) == 21
