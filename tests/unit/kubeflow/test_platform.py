"""What Kubeflow is told about pods, beside what its own library writes for the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from flowyml.backend import CompileOptions
from flowyml.diagnostics import CompileError
from flowyml.ir import Resources
from flowyml_kubeflow import KubeflowBackend
from flowyml_kubeflow.validate.file import inspect
from flowyml_kubeflow.versions import version
from tests.unit.kubeflow.irs import chain, node, pipeline, written

POD = {
    "node_selector": {"disk": "ssd"},
    "tolerations": [
        {"key": "gpu", "operator": "Exists", "effect": "NoSchedule"},
        {"key": "spot", "value": "yes", "effect": "NoExecute", "seconds": "30"},
    ],
    "secrets": [
        {"name": "db", "env": {"DB_USER": "user", "DB_PASSWORD": "password"}},
        {"name": "certificates", "mount": "/certs", "optional": "true"},
    ],
    "config_maps": [
        {"name": "flags", "env": {"LEVEL": "level"}},
        {"name": "files", "mount": "/etc/app"},
    ],
    "volumes": [{"claim": "data", "mount": "/data"}],
    "labels": {"team": "ml"},
    "annotations": {"about": "a run"},
    "deadline": "600",
    "image_pull_policy": "Always",
    "image_pull_secrets": ["registry"],
    "environment": {"MODE": "full"},
}
NEEDS = Resources(cpu=1500, memory=4 * 2**30, gpu=2)


def step(name="train", **fields):
    return node(name).model_copy(update=fields)


def compiled(*steps, on="2.17", **settings):
    options = CompileOptions(version=on, settings=settings)
    (artifact,) = KubeflowBackend().compile(pipeline(*steps, fail_fast=True), options)
    return artifact.text


def documents(*steps, on="2.17", **settings):
    return list(yaml.safe_load_all(compiled(*steps, on=on, **settings)))


def refused(*steps, on, **settings):
    with pytest.raises(CompileError) as raised:
        compiled(*steps, on=on, **settings)
    return [each.message for each in raised.value.diagnostics]


def of_sdk():
    """Let Kubeflow's SDK and its library for Kubernetes write the same."""
    dsl = pytest.importorskip("kfp.dsl")
    kubernetes = pytest.importorskip("kfp.kubernetes")
    compiler = pytest.importorskip("kfp.compiler")

    @dsl.container_component
    def train():
        return dsl.ContainerSpec(image="localhost/training:dev", command=["python"])

    def pipeline_():
        task = train()
        task.set_cpu_limit("1500m").set_memory_limit("4Gi").set_env_variable("MODE", "full")
        task.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(2)
        kubernetes.add_node_selector(task, "disk", "ssd")
        kubernetes.add_toleration(task, "gpu", "Exists", effect="NoSchedule")
        kubernetes.add_toleration(
            task, "spot", "Equal", "yes", effect="NoExecute", toleration_seconds=30
        )
        variables = {"user": "DB_USER", "password": "DB_PASSWORD"}
        kubernetes.use_secret_as_env(task, "db", variables)
        kubernetes.use_secret_as_volume(task, "certificates", "/certs", optional=True)
        kubernetes.use_config_map_as_env(task, "flags", {"level": "LEVEL"})
        kubernetes.use_config_map_as_volume(task, "files", "/etc/app")
        kubernetes.mount_pvc(task, "data", "/data")
        kubernetes.add_pod_label(task, "team", "ml")
        kubernetes.add_pod_annotation(task, "about", "a run")
        kubernetes.set_timeout(task, 600)
        kubernetes.set_image_pull_policy(task, "Always")
        kubernetes.set_image_pull_secrets(task, ["registry"])

    workspace = dsl.WorkspaceConfig(
        size="1Gi", kubernetes=dsl.KubernetesWorkspaceConfig({"storageClassName": "fast"})
    )
    config = dsl.PipelineConfig(workspace=workspace, active_deadline_seconds=7200)
    made = dsl.pipeline(name="training", pipeline_config=config)(pipeline_)
    return made, compiler.Compiler()


@pytest.mark.filterwarnings("ignore")
def test_both_documents_say_what_kubeflows_own_library_says(tmp_path):
    made, compiler = of_sdk()
    compiler.compile(made, str(tmp_path / "sdk.yaml"))
    theirs, their_platform = yaml.safe_load_all((tmp_path / "sdk.yaml").read_text())
    workspace = {"size": "1Gi", "claim": {"storageClassName": "fast"}}
    spec, platform = documents(
        step(resources=NEEDS), **POD, workspace=workspace, run_deadline="7200"
    )
    (label,) = spec["deploymentSpec"]["executors"]
    their_executor = theirs["deploymentSpec"]["executors"]["exec-train"]["container"]
    our_executor = spec["deploymentSpec"]["executors"][label]["container"]
    for part in ("resources", "env", "image"):
        assert our_executor[part] == their_executor[part]
    kubernetes = their_platform["platforms"]["kubernetes"]
    executors = kubernetes["deploymentSpec"]["executors"]
    executors[label] = executors.pop("exec-train")
    assert platform == their_platform


def test_steps_that_are_alike_share_an_executor():
    small, large = Resources(memory=2**30), Resources(memory=2**33)
    steps = [
        step("a"),
        step("b", resources=small),
        step("c", resources=large),
        step("d", resources=small),
        step("e", image="other@sha256:1"),
        step("f"),
    ]
    _, placed, spec, _ = written(pipeline(*steps))
    label = {name: placed[name].label for name in "abcdef"}

    assert label["a"] == label["f"] == "exec-step"
    assert label["b"] == label["d"]
    assert len({label[name] for name in "abce"}) == 4
    assert len(spec["deploymentSpec"]["executors"]) == 4
    image = spec["deploymentSpec"]["executors"][label["e"]]["container"]["image"]
    assert image == "other@sha256:1"


def test_what_one_step_says_adds_to_what_holds_for_all():
    both = {"train": {"node_selector": {"gpu": "a100"}, "deadline": "60"}}
    _, placed, _, platform = written(
        pipeline(step(), step("report")), node_selector={"zone": "a"}, deadline=9, steps=both
    )
    pods = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]

    assert pods[placed["report"].label] == {
        "nodeSelector": {"labels": {"zone": "a"}},
        "activeDeadlineSeconds": "9",
    }
    assert pods[placed["train"].label] == {
        "nodeSelector": {"labels": {"zone": "a", "gpu": "a100"}},
        "activeDeadlineSeconds": "60",
    }


def test_a_step_that_says_what_holds_anyway_shares_the_executor():
    _, placed, _, _ = written(
        pipeline(step(), step("report")), deadline=9, steps={"train": {"deadline": 9}}
    )
    assert placed["train"].label == placed["report"].label


def test_another_step_changes_no_label():
    settings = {"labels": {"team": "ml"}, "steps": {"train": {"deadline": 60}}}
    _, alone, _, _ = written(pipeline(step()), **settings)
    _, beside, _, _ = written(pipeline(step("load", resources=NEEDS), step()), **settings)

    assert alone["train"] == beside["train"]


def test_the_task_that_settles_the_date_runs_where_the_others_do():
    ir = pipeline(node("train", dated=True))
    _, _, _, platform = written(ir, node_selector={"zone": "a"})
    pods = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]

    assert pods["exec-run-date"] == pods["exec-step"]


def test_without_settings_there_is_one_document():
    assert len(documents(step())) == 1


@pytest.mark.parametrize(
    ("store", "cache"), [("s3://b/x/", "s3://b/x/cache"), ("/mnt/x", "/mnt/x/cache")]
)
def test_pods_are_told_of_the_store_that_they_share(store, cache):
    settings = {
        "environment": {"FLOWYML_CACHE": "/elsewhere"},
    }
    options = CompileOptions(version="2.5", store=store)
    for chosen, place in ((options, cache), (replace(options, settings=settings), "/elsewhere")):
        (artifact,) = KubeflowBackend().compile(chain(2), chosen)
        (executor,) = next(yaml.safe_load_all(artifact.text))["deploymentSpec"][
            "executors"
        ].values()
        variables = {each["name"]: each["value"] for each in executor["container"]["env"]}
        assert variables == {"FLOWYML_ARTIFACT_STORE": store, "FLOWYML_CACHE": place}


def test_our_own_validator_knows_the_second_document():
    text = compiled(step(), **POD)
    assert inspect(text, version("2.17")).found == ()
    broken = text.replace("activeDeadlineSeconds:", "activeDedlineSeconds:")
    (found,) = inspect(broken, version("2.17")).found
    assert "activeDedlineSeconds: there is no such field; did you mean" in str(found.finding)
    assert broken.splitlines()[found.line - 1].strip().startswith("activeDedlineSeconds")


# What a version does not know.


def test_old_backends_know_no_optional_variables_so_none_is_written():
    _, platform = documents(step(), on="2.14", **POD)
    (pod,) = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values()

    assert "optional" not in pod["secretAsEnv"][0]
    assert pod["secretAsVolume"][0]["optional"] is True


@pytest.mark.parametrize(
    ("on", "settings", "place"),
    [
        ("2.14", {"workspace": {"size": "1Gi"}}, "workspace"),
        ("2.16", {"run_deadline": 60}, "run_deadline"),
        ("2.15", {"volumes": [{"claim": "c", "mount": "/c", "path": "p"}]}, "volumes: path"),
        (
            "2.14",
            {"secrets": [{"name": "s", "env": {"A": "a"}, "optional": True}]},
            "secrets: optional variables",
        ),
        ("vertex", {"labels": {"a": "b"}}, "labels"),
        ("vertex", {"steps": {"train": {"deadline": 1}}}, "steps.train.deadline"),
    ],
)
def test_a_setting_that_the_version_does_not_know_is_refused(on, settings, place):
    assert f"kubeflow=={on} does not support the setting '{place}'" in "\n".join(
        refused(step(), on=on, **settings)
    )


def test_vertex_refuses_a_setting_once():
    optional = {"secrets": [{"name": "s", "env": {"A": "a"}, "optional": True}]}
    (told,) = refused(step(), on="vertex", **optional)
    assert told.endswith("the setting 'secrets': Vertex runs no pods of one's own")


def test_vertex_gets_one_document_and_the_fields_that_it_knows():
    gpu = Resources(cpu=4000, memory=16 * 10**9, gpu=1, accelerator="NVIDIA_TESLA_T4")
    options = CompileOptions(version="vertex", settings={"environment": {"A": "b"}})
    ir = pipeline(step(resources=gpu))
    (artifact,) = KubeflowBackend().compile(ir, options)
    (spec,) = yaml.safe_load_all(artifact.text)
    (executor,) = spec["deploymentSpec"]["executors"].values()

    assert executor["container"]["resources"] == {
        "cpuLimit": 4,
        "memoryLimit": 16,
        "accelerator": {"type": "NVIDIA_TESLA_T4", "count": "1"},
    }
    assert executor["container"]["env"] == [{"name": "A", "value": "b"}]


def test_vertex_has_machines_of_a_certain_size():
    needs = Resources(cpu=97_000, memory=10**12, gpu=1)
    with pytest.raises(CompileError) as raised:
        KubeflowBackend().compile(pipeline(step(resources=needs)), CompileOptions(version="vertex"))
    messages = [each.message for each in raised.value.diagnostics]

    assert len(messages) == 3
    assert "97 cores" in messages[0]
    assert "1T of memory" in messages[1]
    assert "nvidia.com/gpu" in messages[2]


def test_a_field_that_an_old_backend_leaves_aside_is_named():
    text = compiled(step(), **POD)
    found = [str(each.finding) for each in inspect(text, version("2.14")).found]

    assert len(found) == 2
    assert all("optional: kubeflow==2.14 leaves it aside" in each for each in found)


@pytest.mark.parametrize(
    ("field", "value", "finding"),
    [
        ("nodeSelector", {"labels": {"a": 1}}, "nodeSelector.labels.a: text is expected"),
        ("tolerations", {}, "tolerations: a list is expected"),
        ("tolerations", [{"tolerationSeconds": "soon"}], "tolerationSeconds: a whole number"),
        ("podMetadata", [], "podMetadata: an object is expected"),
        ("imagePullPolicy", "Sometimes", "'Sometimes' is none of Always"),
        ("secretAsVolume", [{"optional": "yes"}], "optional: true or false is expected"),
        ("secretsAsVolume", [], "no such field; did you mean 'secretAsVolume'?"),
    ],
)
def test_what_is_wrong_in_the_second_document_of_any_tool_is_found(field, value, finding):
    spec = yaml.safe_load(compiled(step()))
    pods = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"exec-step": {}}}}}}
    pods["platforms"]["kubernetes"]["deploymentSpec"]["executors"]["exec-step"] = {field: value}
    (found,) = inspect(yaml.safe_dump_all([spec, pods]), version("2.17")).found

    assert finding in str(found.finding)


def test_vertex_takes_no_second_document():
    (found,) = inspect(compiled(step(), **POD), version("vertex")).found
    assert "Vertex takes one document" in str(found.finding)
