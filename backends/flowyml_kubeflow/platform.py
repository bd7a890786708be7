"""From settings to the second document of a specification: what only Kubernetes knows.

Each name of a secret, config map or claim is written twice, in the old field and in the new one, as
Kubeflow's own library does since 2.17: backends before 2.5 read the old one alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowyml_kubeflow.versions import Version

if TYPE_CHECKING:
    from flowyml_kubeflow.executors import Executors, Place
    from flowyml_kubeflow.settings import Keys, KubeflowSettings, PodSettings, Toleration, Volume


def platform_document(placed: Executors, place: Place) -> dict[str, Any]:
    """Make the PlatformSpec of a pipeline; empty if there is nothing in it."""
    stated = {each.label: each.kubernetes for each in placed.values() if each.kubernetes}
    kubernetes: dict[str, Any] = {"deploymentSpec": {"executors": stated}} if stated else {}
    if place.settings is not None and (run := _run(place.settings)):
        kubernetes["pipelineConfig"] = run
    return {"platforms": {"kubernetes": kubernetes}} if kubernetes else {}


def pod(settings: PodSettings, version: Version) -> dict[str, Any]:
    """Make the part for one executor, with nothing that the version does not know."""
    metadata = {"labels": settings.labels, "annotations": settings.annotations}
    selector = dict(settings.node_selector)
    said = {
        "nodeSelector": {"labels": selector} if selector else None,
        "tolerations": [_toleration(each) for each in settings.tolerations],
        "podMetadata": {key: dict(value) for key, value in metadata.items() if value},
        "activeDeadlineSeconds": settings.deadline and str(settings.deadline),
        "imagePullPolicy": settings.image_pull_policy,
        "imagePullSecret": [_named("secretName", each) for each in settings.image_pull_secrets],
        "pvcMount": [_volume(each) for each in settings.volumes],
        **_keys("secret", settings.secrets, version),
        **_keys("configMap", settings.config_maps, version),
    }
    return {key: value for key, value in said.items() if value}


def _run(settings: KubeflowSettings) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if workspace := settings.workspace:
        claim = {"kubernetes": {"pvcSpecPatch": dict(workspace.claim)}} if workspace.claim else {}
        said["workspace"] = {"size": workspace.size, **claim}
    if settings.run_deadline:
        said["activeDeadlineSeconds"] = settings.run_deadline
    return said


def _toleration(toleration: Toleration) -> dict[str, Any]:
    seconds = None if toleration.seconds is None else str(toleration.seconds)
    said = {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": toleration.value,
        "effect": toleration.effect,
        "tolerationSeconds": seconds,
    }
    return {key: value for key, value in said.items() if value is not None}


def _keys(kind: str, sources: tuple[Keys, ...], version: Version) -> dict[str, Any]:
    """State secrets or config maps; backends before 2.15 know no optional variables."""
    variables: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for each in sources:
        named, optional = _named(f"{kind}Name", each.name), {"optional": each.optional}
        if each.env is not None:
            pairs = [{"envVar": name, f"{kind}Key": key} for name, key in each.env.items()]
            known = optional if version.knows("optional_variables") else {}
            variables.append(named | {"keyToEnv": pairs} | known)
        else:
            files.append(named | {"mountPath": each.mount} | optional)
    return {f"{kind}AsEnv": variables, f"{kind}AsVolume": files}


def _volume(volume: Volume) -> dict[str, Any]:
    within = {"subPath": volume.path} if volume.path else {}
    return {
        "constant": volume.claim,
        "pvcNameParameter": {"runtimeValue": {"constant": volume.claim}},
        "mountPath": volume.mount,
        **within,
    }


def _named(field: str, name: str) -> dict[str, Any]:
    return {field: name, f"{field}Parameter": {"runtimeValue": {"constant": name}}}
