"""What Kubeflow is told about pods, as typed: compiled, checked, and tried in the simulator."""

from __future__ import annotations

import pytest
import yaml

FILE = """\
stacks:
  cluster:
    orchestrator: {type: kubeflow, version: "2.15"}
    kubeflow:
      node_selector: {zone: a}
      secrets: [{name: db, env: {DB_PASSWORD: password}}]
      steps:
        train: {tolerations: [{key: gpu, operator: Exists}], deadline: 600}
  old:
    orchestrator: {type: kubeflow}
    kubeflow: {workspace: {size: 1Gi}}
"""
WRONG = """\
stacks:
  wrong:
    orchestrator: {type: kubeflow}
    kubeflow: {node_selecter: {zone: a}, deadline: soon, secrets: [{name: db}]}
"""
PIPELINE = """
import os
from pathlib import Path
from flowyml import Pipeline, step

@step(outputs=["rows"], image="registry.example/load:1")
def load():
    Path(os.environ["FLOWYML_WORKSPACE"], "rows").write_text("3")
    return 3

@step(inputs=["rows"], outputs=["model"], resources={"memory": "4Gi"})
def train(rows):
    return Path(os.environ["FLOWYML_WORKSPACE"], "rows").read_text() + os.environ["MODE"]

settings = {"kubeflow": {"workspace": {"size": "1Gi"}, "environment": {"MODE": "full"}}}
pipeline = Pipeline("small", settings={}).add_steps([load, train])
"""


@pytest.fixture(autouse=True)
def _files(project):
    (project / "flowyml.yaml").write_text(FILE)
    (project / "small.py").write_text(PIPELINE)
    (project / "shared.py").write_text(PIPELINE.replace("settings={}", "settings=settings"))


def test_a_stack_says_where_pods_run(flowyml):
    text = flowyml("compile", "small.py", "--stack", "cluster", "--stdout").out
    assert "#   flowyml compile small.py:pipeline --stack cluster\n" in text
    spec, platform = yaml.safe_load_all(text)
    executors = spec["deploymentSpec"]["executors"]
    pods = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert sorted(executors) == sorted(pods)
    assert all(pod["nodeSelector"] == {"labels": {"zone": "a"}} for pod in pods.values())
    (train,) = (label for label, pod in pods.items() if "tolerations" in pod)
    assert executors[train]["container"]["resources"]["resourceMemoryLimit"] == "4Gi"


def test_what_was_compiled_passes_the_check_of_files(flowyml, project):
    assert flowyml("compile", "small.py", "--stack", "cluster", "-o", ".").code == 0
    assert flowyml("check", "small.kubeflow.yaml", "-t", "kubeflow==2.15").code == 0
    text = (project / "small.kubeflow.yaml").read_text()
    (project / "broken.yaml").write_text(text.replace("nodeSelector:", "nodeSelecter:"))
    checked = flowyml("check", "broken.yaml", "-t", "kubeflow==2.15")
    assert checked.code == 3
    assert "nodeSelecter: there is no such field; did you mean 'nodeSelector'?" in checked.out


def test_mistakes_in_a_section_are_told_together(flowyml, project):
    (project / "flowyml.yaml").write_text(WRONG)
    error = flowyml("compile", "small.py", "--stack", "wrong").err
    assert "unknown key 'node_selecter'; did you mean 'node_selector'?" in error
    assert "deadline takes a whole number" in error
    assert "give either 'env: {VARIABLE: key}' or 'mount: /folder'" in error


def test_what_an_old_version_does_not_know_is_refused_with_the_first_that_does(flowyml):
    refused = flowyml("compile", "small.py", "--stack", "old")
    assert refused.code == 3
    assert "kubeflow==2.5 does not support the setting 'workspace'" in refused.err
    assert "compile for kubeflow==2.15 or later" in refused.err


def test_the_simulator_shares_a_folder_and_sets_variables(flowyml):
    run = flowyml("run", "shared.py", "--simulate", "kubeflow==2.15")
    assert run.code == 0, run.err
    assert "model = '3full'" in run.out


def test_the_simulator_has_no_secrets(flowyml, project):
    secrets = '"secrets": [{"name": "db", "env": {"FLOWYML_TEST_SECRET": "key"}}], "workspace"'
    text = PIPELINE.replace('"workspace"', secrets).replace("settings={}", "settings=settings")
    (project / "secret.py").write_text(text)
    run = flowyml("run", "secret.py", "--simulate", "kubeflow==2.15")
    assert run.code != 0
    assert "set the variable FLOWYML_TEST_SECRET here; there is no cluster" in run.err
