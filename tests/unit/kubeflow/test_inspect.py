"""Whole files that are broken: every rule of the backend, with the place of what is wrong."""

from __future__ import annotations

import copy
import math

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.simulate import run_spec
from flowyml_kubeflow.validate.file import inspect
from tests.unit.kubeflow.specs import component, container, one, spec, task

OPTIONS = CompileOptions(version="2.5")
GOOD = yaml.safe_load(
    spec(
        {"e": ("true", ["{{$.inputs.parameters['n']}}", "{{$}}"])},
        {
            "make": component("e", inputs={"n": "NUMBER_INTEGER"}, outputs={"x": "NUMBER_INTEGER"}),
            "use": component("e", inputs={"n": "NUMBER_INTEGER"}),
        },
        [
            task("make", parameters={"n": 1}),
            task("use", parameters={"n": ("make", "x")}, after=["make"]),
        ],
    )
)
TASK = ("root", "dag", "tasks", "use")


def put(*path, value=None, into=GOOD):
    """Copy a specification with one place changed; None takes it away."""
    changed = copy.deepcopy(into)
    part = changed
    for key in path[:-1]:
        part = part.setdefault(key, {})
    if value is None:
        part.pop(path[-1])
    else:
        part[path[-1]] = value
    return changed


def found(data):
    text = data if isinstance(data, str) else yaml.safe_dump(data)
    return [str(placed.finding) for placed in inspect(text).found]


def test_a_sound_specification_has_no_findings():
    assert found(GOOD) == []


def test_all_problems_are_found_at_once():
    data = GOOD
    for path, value in (
        (("schemaVersion",), "3"),
        (("colour",), 1),
        ((*TASK, "dependentTasks"), ["no"]),
        ((*TASK, "retryPolicy"), {"maxRetryCount": "many"}),
    ):
        data = put(*path, value=value, into=data)

    assert [each.partition(":")[0] for each in found(data)] == [
        "colour",
        "root.dag.tasks.use.retryPolicy.maxRetryCount",
        "schemaVersion",
        "root.dag.tasks.use.dependentTasks",
    ]


EXIT = {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}
ARTIFACT = {"artifactType": {"schemaTitle": "system.Model", "schemaVersion": "0.0.1"}}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (put(*TASK, "artifactIterator", value={"itemInput": "n"}), "is not implemented"),
        (
            put(
                *TASK,
                "parameterIterator",
                value={"itemInput": "m", "items": {"inputParameter": "k"}},
            ),
            "parameterIterator.items.inputParameter: the task has no input parameter 'k'",
        ),
        (put(*TASK, "iteratorPolicy", value={"parallelismLimit": -1}), "give 0, for no limit"),
        (
            put(*TASK, "triggerPolicy", value={"condition": "inputs.parameter_values['m'] == 1"}),
            "triggerPolicy.condition: the task has no input parameter 'm'",
        ),
        (put("root", "dag", "tasks", "make", "triggerPolicy", value=EXIT), "waits for nothing"),
        (put("root", "dag", "tasks", "make", "triggerPolicy", value=EXIT), "the exit task 'make'"),
        (put("deploymentSpec", "executors", "e", value={"customJob": {}}), "of the kind customJob"),
        (put("deploymentSpec", "executors", "e", "container", "image"), "needs an image"),
        (
            put(
                "components",
                "use",
                value={"dag": {"tasks": {"x": GOOD["root"]["dag"]["tasks"]["use"]}}},
            ),
            "components: a graph that holds itself: use → use",
        ),
        (
            put(
                "root",
                "dag",
                "outputs",
                value={
                    "parameters": {
                        "r": {
                            "valueFromParameter": {
                                "producerSubtask": "make",
                                "outputParameterKey": "y",
                            }
                        }
                    }
                },
            ),
            "root.dag.outputs.parameters.r: task 'make' has no output 'y'",
        ),
        (
            put(
                "components",
                "make",
                "outputDefinitions",
                "parameters",
                "x",
                "parameterType",
                value="STRING",
            ),
            "use.inputs.parameters.n: takes NUMBER_INTEGER, and gets STRING",
        ),
        (
            put(*TASK, "inputs", "parameters", "n", "parameterExpressionSelector", value="a b"),
            "parameterExpressionSelector: 'a b' is no condition",
        ),
        (
            put("root", "dag", "tasks", "t" * 64, value=GOOD["root"]["dag"]["tasks"]["use"]),
            "has 64 characters",
        ),
        (
            put("deploymentSpec", "executors", "e", "container", "colour", value=1),
            "colour: there is no such field; there is: ",
        ),
        (
            put("root", "dag", "tasks", value=[]),
            "root.dag.tasks: an object is expected, not a list",
        ),
        (
            put(*TASK, "dependentTasks", value="make"),
            "dependentTasks: a list is expected, not text",
        ),
        (put(*TASK, "cachingOptions", value={"enableCache": "yes"}), "true or false is expected"),
        (put(*TASK, "triggerPolicy", value={"strategy": {}}), "{} is no TriggerStrategy"),
        (put("deploymentSpec", value={"executors": "e"}), "executors: an object is expected"),
        (put(*TASK, "inputs", "parameters", "n", value={}), "parameters.n: says not where it"),
        (
            put(
                *TASK, "inputs", "parameters", "n", value={"taskFinalStatus": {"producerTask": "e"}}
            ),
            "parameters.n: is how 'e' ends, for which the task does not wait",
        ),
        (
            put(*TASK, "inputs", "parameters", "n", value={"runtimeValue": {"constant": math.nan}}),
            "not a PipelineSpec: ",
        ),
        (
            put("components", "use", "inputDefinitions", "parameters", "n", value={}),
            "components.use.inputDefinitions.parameters.n: states no parameterType",
        ),
        (
            put("components", "use", "outputDefinitions", value={"artifacts": {"m": {}}}),
            "components.use.outputDefinitions.artifacts.m: states no artifactType",
        ),
        (put("components", "use", value={"dag": {}}), "a graph needs at least one task"),
        ("[1]", "an object is expected, not a list"),
        ("", "there is no document"),
        ("a: [", "not YAML: "),
        (f"{yaml.safe_dump(GOOD)}---\nplatforms: {{}}\n---\n{{}}\n", "3 documents"),
        (f"{yaml.safe_dump(GOOD)}---\ncolour: 1\n", "colour: there is no such field"),
    ],
)
def test_each_rule_of_the_backend(data, message):
    assert any(message in each for each in found(data)), found(data)


def test_artifacts_of_another_type():
    data = yaml.safe_load(
        spec(
            {"e": "true"},
            {
                "make": component("e", artifacts=["m"]),
                "use": component("e", artifacts_in=["m"]),
            },
            [task("make"), task("use", artifacts={"m": ("make", "m")})],
        )
    )
    for name, part, title in (("make", "output", "Model"), ("use", "input", "Dataset")):
        artifact = data["components"][name][f"{part}Definitions"]["artifacts"]["m"]
        artifact["artifactType"]["schemaTitle"] = f"system.{title}"

    assert found(data) == [
        "root.dag.tasks.use.inputs.artifacts.m: takes system.Dataset, and gets system.Model"
    ]


def test_platform_settings_of_an_executor_that_is_not_there():
    platform = {"kubernetes": {"deploymentSpec": {"executors": {"f": {}}}}}
    text = f"{yaml.safe_dump(GOOD)}---\n{yaml.safe_dump({'platforms': platform})}"

    assert found(text) == [
        "platforms.kubernetes.deploymentSpec.executors.f: the pipeline has no such executor"
    ]


def test_each_finding_has_its_line():
    text = one("true")
    lines = text.splitlines()
    bad = text.replace("schemaVersion: 2.1.0", "schemaVersion: 3").replace("name: tiny", "name: T")

    by_path = {placed.finding.path: placed.line for placed in inspect(bad).found}
    assert by_path["schemaVersion",] == lines.index("schemaVersion: 2.1.0") + 1
    assert by_path["pipelineInfo", "name"] == lines.index("  name: tiny") + 1


def sized(size, tasks, allow=()):
    data = put("pipelineInfo", "description", value="x" * size)
    for number in range(tasks - 2):
        more = copy.deepcopy(GOOD["root"]["dag"]["tasks"]["make"])
        data["root"]["dag"]["tasks"][f"t{number}"] = more | {"taskInfo": {"name": f"t{number}"}}
    options = CompileOptions(version="2.5", allow=frozenset(allow))
    return KubeflowBackend().inspect(yaml.safe_dump(data), options)


@pytest.mark.parametrize(
    ("size", "tasks", "allow", "severities"),
    [
        (1_000, 99, (), []),
        (1_000, 100, (), ["warning"]),
        (300_000, 2, (), ["warning"]),
        (1_000_000, 2, (), ["error"]),
        (1_000_000, 2, ("FML308",), ["warning"]),
    ],
)
def test_a_file_has_a_budget(size, tasks, allow, severities):
    said = sized(size, tasks, allow)
    assert [(each.code, each.severity) for each in said] == [("FML308", s) for s in severities]
    assert all(f"{tasks} tasks; Argo makes about " in each.message for each in said)


def test_what_the_sdk_compiles_is_sound(tmp_path):
    dsl = pytest.importorskip("kfp.dsl")  # the format's package alone provides `kfp`, too
    compiler = pytest.importorskip("kfp.compiler")

    @dsl.container_component
    def run():
        return dsl.ContainerSpec(image="busybox", command=["true"])

    @dsl.pipeline(name="sound")
    def sound():
        with dsl.ParallelFor(items=["a", "b"]) as item, dsl.If(item == "a"):
            run()

    compiler.Compiler().compile(sound, str(tmp_path / "spec.yaml"))
    assert found((tmp_path / "spec.yaml").read_text()) == []


def test_a_placeholder_in_a_variable_stays_what_it_is_and_is_told_of(tmp_path):
    """The driver hands variables over unread, and the launcher looks at the command alone."""
    placeholder = "{{$.inputs.parameters['x']}}"
    script = container(('echo "$OWN $1"', [placeholder]), env={"OWN": placeholder})
    text = one(script, inputs={"x": "STRING"}, handed={"x": "given"})
    assert run_spec(text, workdir=tmp_path).tasks["a"].log == f"{placeholder} given\n"
    (told,) = inspect(text).found
    assert told.finding.severity == "warning"
    assert "fills in nothing in the variable OWN" in str(told.finding)
