"""The keywords of a `KubernetesPodOperator` that say what its pod is.

What the operator takes only as objects of the Kubernetes client stands in `pod_template_dict`, in
the words of Kubernetes itself, so that the file imports no such client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flowyml.ir import Resources
from flowyml_airflow.places import Handed, KubernetesSettings
from flowyml_airflow.templated import raw_all

CONTAINER = "base"
"""What the operator calls the container of its own (`base_container_name`)."""

_NO_TEMPLATES = frozenset({"service_account_name", "image_pull_policy"})
"""What the operator takes as it is written (it is not among `template_fields`)."""


def pod_keywords(settings: KubernetesSettings, resources: Resources | None) -> dict[str, Any]:
    """Say what a pod is.

    Args:
        settings: of the stack.
        resources: what the step needs; asked for, and its limit.
    """
    said = {
        "kubernetes_conn_id": settings.connection,
        "namespace": settings.namespace,
        "service_account_name": settings.service_account,
        "node_selector": settings.node_selector,
        "labels": settings.labels,
        "annotations": settings.annotations,
        "image_pull_policy": settings.image_pull_policy,
        "startup_timeout_seconds": settings.startup_timeout_seconds,
        "pod_template_dict": _template(settings, resources),
    }
    return {key: _written(key, value) for key, value in said.items() if value}


def _written(key: str, value: Any) -> Any:
    return value if key in _NO_TEMPLATES else raw_all(value)


def _template(settings: KubernetesSettings, resources: Resources | None) -> dict[str, Any]:
    handed = [*_handed(settings.secrets, "secret"), *_handed(settings.config_maps, "configMap")]
    container = {
        "resources": _resources(resources),
        "env": [each for one in handed for each in one.get("env", [])],
        "envFrom": [each for one in handed for each in one.get("envFrom", [])],
        "volumeMounts": [each for one in handed for each in one.get("volumeMounts", [])],
    }
    own = {key: value for key, value in container.items() if value}
    spec = {
        "containers": [{"name": CONTAINER, **own}],
        "volumes": [each for one in handed for each in one.get("volumes", [])],
        "tolerations": [each.model_dump(exclude_none=True) for each in settings.tolerations],
        "imagePullSecrets": [{"name": name} for name in settings.image_pull_secrets],
    }
    said = {key: value for key, value in spec.items() if value}
    if said.keys() == {"containers"} and not own:
        return {}
    return {"apiVersion": "v1", "kind": "Pod", "spec": said}


def _resources(resources: Resources | None) -> dict[str, Any]:
    if resources is None:
        return {}
    wanted = {
        "cpu": resources.cpu_quantity,
        "memory": resources.memory_quantity,
        resources.accelerator: str(resources.gpu) if resources.gpu else None,
    }
    said = {key: value for key, value in wanted.items() if value is not None}
    return {"requests": said, "limits": said}


def _handed(all_of: Iterable[Handed], kind: str) -> Iterator[dict[str, Any]]:
    """Hand over secrets or config maps; Kubernetes names the two alike, but for volumes."""
    for number, each in enumerate(all_of):
        if each.mount is not None:
            volume = f"{kind.lower()}-{number}"
            key = "secretName" if kind == "secret" else "name"
            yield {
                "volumes": [{"name": volume, kind: {key: each.name}}],
                "volumeMounts": [{"name": volume, "mountPath": each.mount, "readOnly": True}],
            }
        if each.env:
            yield {"env": [_variable(each.name, *pair, kind) for pair in each.env.items()]}
        if each.mount is None and not each.env:
            yield {"envFrom": [{f"{kind}Ref": {"name": each.name}}]}


def _variable(name: str, variable: str, key: str, kind: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {f"{kind}KeyRef": {"name": name, "key": key}}}
