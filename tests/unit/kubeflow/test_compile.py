from __future__ import annotations

import difflib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flowyml.backend import Backend, CompileOptions, Simulates
from flowyml.constructs import CONSTRUCTS
from flowyml.diagnostics import CompileError
from flowyml.ir import FromInput, Parameter, Retry, to_json
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.names import RUN_DATE, RUN_DATE_TASK
from tests.unit.kubeflow.irs import chain, component_of, given, node, pipeline, typed

ROOT = Path(__file__).parents[3]
BACKEND = KubeflowBackend()


def compiled(ir, *allow):
    (artifact,) = BACKEND.compile(ir, CompileOptions(version="2.5", allow=frozenset(allow)))
    return artifact


def spec_of(ir, *allow):
    return yaml.safe_load(compiled(ir, *allow).text)


def codes(ir, *allow):
    options = CompileOptions(version="2.5", allow=frozenset(allow))
    return [diagnostic.code for diagnostic in BACKEND.diagnose(ir, options)]


def two_steps(**fields):
    load = typed(node("load", context=["path"], makes=["raw"]), "flowyml.Dataset")
    train = node("train_model", context=["rate"], makes=["model"], **fields)
    read = Parameter(name="raw", binding={"kind": "asset", "step": "load", "output": "raw"})
    return pipeline(
        load,
        train.model_copy(update={"parameters": (read, *train.parameters)}),
        name="ml_training",
        parameters=(given("path", "string", "data.csv"), given("rate", "number", 0.1)),
        description="Train it.",
    )


def test_it_is_a_backend_that_simulates():
    assert isinstance(BACKEND, Backend)
    assert isinstance(BACKEND, Simulates)
    assert BACKEND.versions[0] == "2.5"


@pytest.mark.parametrize("version", BACKEND.versions)
def test_the_table_knows_every_construct_but_run_inputs(version):
    table = BACKEND.capabilities(version)

    assert table.keys() == CONSTRUCTS.keys() - {"input"}
    assert all(s.note for s in table.values() if s.grade != "native")


def test_the_specification_of_two_steps():
    spec = spec_of(two_steps())

    assert spec["pipelineInfo"] == {"name": "ml-training", "description": "Train it."}
    assert spec["schemaVersion"] == "2.1.0"
    assert spec["root"]["inputDefinitions"]["parameters"] == {
        "path": {"parameterType": "STRING", "defaultValue": "data.csv", "isOptional": True},
        "rate": {"parameterType": "NUMBER_DOUBLE", "defaultValue": 0.1, "isOptional": True},
    }
    assert component_of(spec, "train-model") == {
        "executorLabel": "exec-step",
        "inputDefinitions": {
            "artifacts": {
                "raw": {"artifactType": {"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"}}
            },
            "parameters": {
                "flowyml_task": {"parameterType": "STRING"},
                "rate": {"parameterType": "NUMBER_DOUBLE"},
            },
        },
        "outputDefinitions": {
            "artifacts": {
                "output": {
                    "artifactType": {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}
                }
            }
        },
    }
    task = spec["root"]["dag"]["tasks"]["train-model"]
    assert task["dependentTasks"] == ["load"]
    assert task["cachingOptions"] == {}
    assert task["inputs"]["artifacts"] == {
        "raw": {"taskOutputArtifact": {"producerTask": "load", "outputArtifactKey": "output"}}
    }
    assert task["inputs"]["parameters"]["rate"] == {"componentInputParameter": "rate"}


def test_one_executor_runs_every_step():
    spec = spec_of(chain(5))

    assert spec["deploymentSpec"]["executors"] == {
        "exec-step": {
            "container": {
                "image": "localhost/training:dev",
                "command": ["python", "-m", "flowyml.runtime", "kubeflow"],
                "args": ["--executor-input", "{{$}}"],
            }
        }
    }
    labels = {component["executorLabel"] for component in spec["components"].values()}
    assert labels == {"exec-step"}


def test_a_task_is_told_what_to_run_in_text_that_argo_leaves_alone():
    step = node("load", context=["a{{b", "c"])
    ir = pipeline(step, parameters=(given("a{{b", "integer", 1), given("c", "string", "{{x}}")))
    text = spec_of(ir)["root"]["dag"]["tasks"]["load"]["inputs"]["parameters"]["flowyml_task"]
    told = json.loads(text["runtimeValue"]["constant"])

    assert told["params"] == {"a{{b": "integer", "c": "string"}
    assert list(told["names"].values()) == ["a{{b"]
    assert told["encoded"] == ["c"]
    without_ours = compiled(ir).text.replace("{{$}}", "")
    assert "{{" not in without_ours


def test_retries_are_the_runtimes():
    spec = spec_of(two_steps(retry=Retry(attempts=4, delay=0.5)))
    task = spec["root"]["dag"]["tasks"]["train-model"]
    told = json.loads(task["inputs"]["parameters"]["flowyml_task"]["runtimeValue"]["constant"])

    assert "retryPolicy" not in task
    assert told["retry"]["attempts"] == 4


def test_order_without_data():
    spec = spec_of(pipeline(node("check"), node("deploy", after=["check"])))

    assert spec["root"]["dag"]["tasks"]["deploy"]["dependentTasks"] == ["check"]


def test_a_parameter_without_a_default():
    optional = given("x", "integer").model_copy(update={"has_default": False})
    required = optional.model_copy(update={"key": "y", "required": True})
    spec = spec_of(pipeline(node("a", context=["x", "y"]), parameters=(optional, required)))

    root = spec["root"]["inputDefinitions"]["parameters"]
    taken = component_of(spec, "a")["inputDefinitions"]["parameters"]
    assert root["x"] == taken["x"] == {"parameterType": "NUMBER_INTEGER", "isOptional": True}
    assert root["y"] == taken["y"] == {"parameterType": "NUMBER_INTEGER"}


def test_steps_that_ask_for_the_date_wait_for_the_task_that_settles_it():
    spec = spec_of(pipeline(node("a", dated=True), node("b", after=["a"])))
    tasks = spec["root"]["dag"]["tasks"]

    assert tasks["a"]["dependentTasks"] == [RUN_DATE_TASK]
    assert tasks["b"]["dependentTasks"] == ["a"]
    assert spec["root"]["inputDefinitions"]["parameters"][RUN_DATE]["isOptional"] is True
    assert RUN_DATE_TASK not in spec_of(pipeline(node("b")))["root"]["dag"]["tasks"]


@pytest.mark.parametrize(
    ("type_", "title"),
    [
        ("flowyml.Dataset", "system.Dataset"),
        ("flowyml.FeatureSet", "system.Dataset"),
        ("flowyml.Model", "system.Model"),
        ("flowyml.Metrics", "system.Metrics"),
        ("flowyml.Report", "system.Artifact"),
        ("pandas.DataFrame", "system.Dataset"),
        ("mine.Model", "system.Artifact"),
    ],
)
def test_artifact_types(type_, title):
    spec = spec_of(pipeline(typed(node("a"), type_)))
    made = component_of(spec, "a")["outputDefinitions"]["artifacts"]["output"]

    assert made["artifactType"]["schemaTitle"] == title


def test_the_header_states_origin_command_image_and_what_is_emulated():
    lines = compiled(two_steps(retry=Retry(attempts=2))).text.splitlines()

    assert lines[:3] == [
        "# Compiled by flowyml 0.1 from pipelines/m.py (pipeline) for kubeflow==2.5. "
        "Do not edit; run:",
        "#   flowyml compile pipelines/m.py:pipeline --target kubeflow==2.5",
        "# The image localhost/ml-training:dev must hold flowyml, and this project to work in.",
    ]
    assert lines[3].startswith("# emulated: retry: ")
    assert lines[4] == "components:"


def test_there_is_no_ledger_when_all_is_native():
    assert compiled(two_steps()).text.splitlines()[3] == "components:"


def test_the_source_map_and_the_comment_above_each_task():
    artifact = compiled(two_steps())
    lines = artifact.text.splitlines()

    assert artifact.path == "ml_training.kubeflow.yaml"
    assert lines[artifact.lines["train_model"] - 1] == "      train-model:"
    assert lines[artifact.lines["train_model"] - 2] == "      # pipelines/m.py: train_model"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ml_training", "ml_training.kubeflow.yaml"),
        ("ml-training", "ml-training.kubeflow.yaml"),
        ("größe/../x", "gr-e-x--"),
    ],
)
def test_the_file_is_named_after_the_pipeline(name, path):
    found = compiled(pipeline(node("a"), name=name)).path

    assert found.startswith(path)
    assert "/" not in found


DIAMOND = pipeline(
    node("a"),
    node("b", reads=[("x", "a")]),
    node("c", reads=[("x", "a")]),
    node("d", reads=[("x", "b"), ("y", "c")]),
)


def test_independent_steps_need_consent():
    with pytest.raises(CompileError, match=r"FML302.*kubeflow==2\.5") as raised:
        compiled(DIAMOND)

    assert "--allow independent" in str(raised.value)
    assert "fail_fast=True" in str(raised.value)


@pytest.mark.parametrize("allow", ["independent", "FML302"])
def test_consent_is_recorded_in_the_header(allow):
    header = compiled(DIAMOND, allow).text.split("components:")[0]

    assert "--target kubeflow==2.5 --allow independent\n" in header
    assert "# degraded: independent: " in header


def test_stopping_at_once_is_native():
    assert codes(DIAMOND.model_copy(update={"fail_fast": True})) == []


def test_steps_of_a_chain_are_not_independent():
    assert codes(chain(4)) == []


def test_everything_in_the_way_is_reported_at_once():
    stuck = node("c")
    stuck = stuck.model_copy(
        update={"function": stuck.function.model_copy(update={"problem": "it is a lambda"})}
    )
    handed = node("b").model_copy(
        update={"parameters": (Parameter(name="x", binding=FromInput(key="x")),)}
    )
    large = given("big", "string", "x" * 90_000)
    ir = pipeline(node("a", context=["big"]), handed, stuck, parameters=(large,))

    assert sorted(codes(ir)) == ["FML004", "FML302", "FML304", "FML309"]


def test_a_specification_that_is_too_large_is_refused():
    many = tuple(given(f"p{number}", "string", "x" * 7_900) for number in range(130))
    with pytest.raises(CompileError, match="FML308"):
        compiled(pipeline(node("a"), parameters=many))


@pytest.mark.parametrize(
    "ir",
    [
        pipeline(node("a"), description="half a pair: \ud800"),
        pipeline(node("a"), parameters=(given("x", "object", {"k" * 1100: 1}),)),
    ],
)
def test_text_that_the_format_cannot_hold_is_refused(ir):
    with pytest.raises(CompileError, match="FML304"):
        compiled(ir)


def changed_lines(before, after):
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in list(diff)[2:] if not line.startswith("@@")]


def test_another_body_changes_one_line():
    before, after = two_steps(), two_steps(digest="b")
    lines = changed_lines(compiled(before).text, compiled(after).text)

    assert len(lines) == 2
    assert all("m:train_model" in line for line in lines)


def test_an_inserted_step_changes_only_its_own_lines_and_its_consumers():
    def with_steps(*names):
        steps = [node(names[0])]
        for before, name in itertools.pairwise(names):
            steps.append(node(name, reads=[("x", before)]))
        return compiled(pipeline(*steps)).text

    lines = changed_lines(with_steps("a", "b", "c", "d"), with_steps("a", "b", "mid", "c", "d"))
    gone = {line[1:].strip() for line in lines if line.startswith("-")}

    # What the consumer read before is all that goes; nothing else is renamed or renumbered.
    assert gone == {"- b", "producerTask: b"}


def test_comments_docs_and_places_change_nothing():
    step = node("a")
    moved = step.function.span.model_copy(update={"line": 99})
    other = step.model_copy(update={"function": step.function.model_copy(update={"span": moved})})

    assert compiled(pipeline(step)).text == compiled(pipeline(other)).text


SCRIPT = """
import sys
from flowyml.backend import CompileOptions
from flowyml.ir import from_json
from flowyml_kubeflow import KubeflowBackend
ir = from_json(open(sys.argv[1], encoding="utf-8").read())
artifact, = KubeflowBackend().compile(ir, CompileOptions(version="2.5"))
assert "kfp" not in sys.modules
sys.stdout.buffer.write(artifact.text.encode())
"""


def compile_elsewhere(file, cwd, prelude="", **env):
    path = os.pathsep.join(str(ROOT / each) for each in ("", "backends", "templates"))
    return subprocess.run(
        [sys.executable, "-c", prelude + SCRIPT, str(file)],
        env={**os.environ, "PYTHONPATH": path, **env},
        cwd=cwd,
        capture_output=True,
        check=True,
    ).stdout


def test_the_same_pipeline_gives_the_same_bytes_everywhere(tmp_path):
    ir = two_steps(retry=Retry(attempts=2), dated=True)
    file = tmp_path / "ir.json"
    file.write_text(to_json(ir), encoding="utf-8")
    places = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "USER": "somebody"},
    ]
    found = [
        compile_elsewhere(file, cwd, **env)
        for env, cwd in zip(places, (ROOT, tmp_path), strict=True)
    ]

    assert found == [compiled(ir).text.encode()] * 2


BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("kfp.", "kfp_", "kubernetes", "airflow")):
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
"""


def test_compiling_imports_nothing_of_the_sdk(tmp_path):
    file = tmp_path / "ir.json"
    file.write_text(to_json(two_steps()), encoding="utf-8")

    text = compile_elsewhere(file, tmp_path, prelude=BLOCK)

    assert text == compiled(two_steps()).text.encode()


@pytest.mark.parametrize("ir", [two_steps(), pipeline(node("a", dated=True)), chain(30)])
def test_kubeflows_own_loader_accepts_what_is_emitted(ir):
    components = pytest.importorskip("kfp.components")

    loaded = components.load_component_from_text(compiled(ir).text)

    assert loaded.pipeline_spec.pipeline_info.name
