"""The pods that a compiled DAG asks for, as Kubernetes' own schema has them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.containers.apart import compiled, project

pytest.importorskip("airflow.providers.cncf.kubernetes")

CLUSTER = """
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {token: none}}]
"""
SETTINGS = {
    "run_in": "kubernetes",
    "environment": {"FLOWYML_ARTIFACT_STORE": "s3://bucket/$(X)/app.json"},
    "kubernetes": {
        "namespace": "ml",
        "service_account": "trainer",
        "node_selector": {"pool": "gpu"},
        "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "secrets": [{"name": "db", "env": {"PASSWORD": "pw"}}, {"name": "tls", "mount": "/tls"}],
        "config_maps": [{"name": "settings"}, {"name": "files", "mount": "/files"}],
        "labels": {"team": "ml"},
        "annotations": {"note": "{{ x }}"},
        "image_pull_policy": "IfNotPresent",
        "image_pull_secrets": ["registry"],
        "startup_timeout_seconds": 30,
    },
}
QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?(m|k|[KMGTPE]i?)?")


@pytest.fixture(scope="module")
def pods(tmp_path_factory) -> dict[str, Any]:
    """The pods by task, of a pipeline whose step `train` needs resources."""
    folder = tmp_path_factory.mktemp("pods")
    project(folder, "in_pods", image="registry.example/team/in-pods:1", airflow=SETTINGS)
    file = folder / "in_pods.py"
    needs = '@step(outputs=["model"], resources={"cpu": 0.5, "memory": "1Gi", "gpu": 2})'
    file.write_text(file.read_text().replace('@step(outputs=["model"])', needs))
    before = Path.cwd()
    try:
        os.chdir(folder)
        _, (artifact, *_) = compiled(folder, "in_pods")
    finally:
        os.chdir(before)
    (folder / artifact.path).write_text(artifact.text)
    (folder / "cluster").write_text(CLUSTER)
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(folder / "airflow"),
        "KUBECONFIG": str(folder / "cluster"),
        "AIRFLOW_CONN_KUBERNETES_DEFAULT": "kubernetes://",
    }
    script = Path(__file__).with_name("pods_of.py")
    command = [sys.executable, str(script), str(folder / artifact.path)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout.strip().splitlines()[-1])
    return found


def wrong(data: Any, kind: str, where: str = "") -> Iterator[str]:
    """Hold data against a type of the Kubernetes client: keys, types, and what is required."""
    from kubernetes import client

    if found := re.fullmatch(r"list\[(.+)\]", kind):
        assert isinstance(data, list), where
        for number, item in enumerate(data):
            yield from wrong(item, found[1], f"{where}[{number}]")
    elif found := re.fullmatch(r"dict\(str, (.+)\)", kind):
        for key, item in data.items():
            yield from wrong(item, found[1], f"{where}.{key}")
    elif hasattr(client, kind):
        model = getattr(client, kind)
        fields = {name: field for field, name in model.attribute_map.items()}
        yield from (f"{where}: unknown key {key}" for key in data if key not in fields)
        model(**{fields[key]: value for key, value in data.items() if key in fields})
        for key in data.keys() & fields.keys():
            yield from wrong(data[key], model.openapi_types[fields[key]], f"{where}.{key}")
    elif type(data).__name__ != kind:
        yield f"{where}: {data!r} is no {kind}"


def container(pod: dict[str, Any]) -> dict[str, Any]:
    (found,) = (each for each in pod["spec"]["containers"] if each["name"] == "base")
    return found


def test_every_pod_is_one_of_kubernetes(pods):
    assert len(pods) == 8  # the steps, and what asks the condition of one that is tried again
    assert [problem for pod in pods.values() for problem in wrong(pod, "V1Pod")] == []


def test_the_schema_refuses_what_is_not_in_it(pods):
    pod = {**pods["load"], "spec": {**pods["load"]["spec"], "nodeSelectors": {}}}
    assert list(wrong(pod, "V1Pod")) == [".spec: unknown key nodeSelectors"]


def test_a_pod_gets_what_its_step_needs_and_no_more(pods):
    asked = {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": "2"}
    assert container(pods["train"])["resources"] == {"requests": asked, "limits": asked}
    assert all(QUANTITY.fullmatch(each) for each in asked.values())
    assert not container(pods["load"]).get("resources")
    assert not container(pods["train__when"]).get("resources")


def test_a_pod_is_where_and_who_the_stack_says(pods):
    pod, spec = pods["load"], pods["load"]["spec"]
    assert (pod["metadata"]["namespace"], spec["serviceAccountName"]) == ("ml", "trainer")
    assert spec["nodeSelector"] == {"pool": "gpu"}
    assert spec["tolerations"] == [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]
    assert spec["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["metadata"]["labels"]["team"] == "ml"
    assert container(pod)["imagePullPolicy"] == "IfNotPresent"
    assert container(pod)["image"] == "registry.example/team/in-pods:1"


def test_secrets_and_config_maps_come_by_reference(pods):
    own = container(pods["load"])
    secret = {"secretKeyRef": {"name": "db", "key": "pw"}}
    assert {"name": "PASSWORD", "valueFrom": secret} in own["env"]
    assert own["envFrom"] == [{"configMapRef": {"name": "settings"}}]
    mounted = {each["name"]: each for each in own["volumeMounts"]}
    volumes = {each["name"]: each for each in pods["load"]["spec"]["volumes"]}
    assert [mounted[name]["mountPath"] for name in ("secret-1", "configmap-1")] == [
        "/tls",
        "/files",
    ]
    assert volumes["secret-1"]["secret"] == {"secretName": "tls"}
    assert volumes["configmap-1"]["configMap"] == {"name": "files"}


def test_kubernetes_and_airflow_leave_text_alone(pods):
    (store,) = (e for e in container(pods["load"])["env"] if e["name"] == "FLOWYML_ARTIFACT_STORE")
    assert store["value"] == '{{ "s3://bucket/$$(X)/app.json" }}'
    assert pods["load"]["metadata"]["annotations"]["note"] == '{{ "{{ x }}" }}'
    assert '{{ params | tojson | replace("$", "$$") }}' in container(pods["load"])["args"]
