"""Rules about the second document: what Kubernetes is told about the pods of each executor.

The backend's compiler reads it strictly from 2.17 on; older drivers leave aside what they do not
know, without a word. The table is that of `kubernetes_executor_config.proto`, with the version that
brought each field after 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

from flowyml.diagnostics import near
from flowyml_kubeflow.json_data import is_array, is_object
from flowyml_kubeflow.validate.schema import text, truth, whole
from flowyml_kubeflow.validate.spec import Data, Finding, Path
from flowyml_kubeflow.versions import VERTEX, Version, number

Kind: TypeAlias = "str | Mapping[str, Kind] | list[Kind]"
"""A scalar's name, a message, or a list of one kind; `any` is whatever the driver resolves."""

_NAMES: dict[str, Kind] = {"mountPath": "text", "optional": "truth"}
_TEXTS: Kind = {"*": "text"}
_REQUIREMENT: Kind = {"key": "text", "operator": "text", "values": ["text"]}
_METADATA: Kind = {"labels": _TEXTS, "annotations": _TEXTS}


def _keys(kind: str) -> dict[str, Kind]:
    """Give the fields of secrets, or of config maps."""
    pair: Kind = {f"{kind}Key": "text", "envVar": "text"}
    named: dict[str, Kind] = {f"{kind}Name": "text", f"{kind}NameParameter": "any"}
    variables: Kind = {**named, "keyToEnv": [pair], "optional": "truth"}
    return {f"{kind}AsEnv": [variables], f"{kind}AsVolume": [{**named, **_NAMES}]}


_VOLUME: Kind = {
    "constant": "text",
    "taskOutputParameter": "any",
    "componentInputParameter": "text",
    "pvcNameParameter": "any",
    "mountPath": "text",
    "subPath": "text",
}
_TOLERATION: Kind = {
    "key": "text",
    "operator": "text",
    "value": "text",
    "effect": "text",
    "tolerationSeconds": "whole",
    "tolerationJson": "any",
}
_EPHEMERAL: Kind = {
    "volumeName": "text",
    "mountPath": "text",
    "accessModes": ["text"],
    "size": "text",
    "defaultStorageClass": "truth",
    "storageClassName": "text",
    "metadata": _METADATA,
}
_NODE_AFFINITY: Kind = {
    "matchExpressions": [_REQUIREMENT],
    "matchFields": [_REQUIREMENT],
    "weight": "whole",
    "nodeAffinityJson": "any",
}
_POD_AFFINITY: Kind = {
    "matchPodExpressions": [_REQUIREMENT],
    "matchPodLabels": _TEXTS,
    "topologyKey": "text",
    "namespaces": ["text"],
    "matchNamespaceExpressions": [_REQUIREMENT],
    "matchNamespaceLabels": _TEXTS,
    "weight": "whole",
    "anti": "truth",
}
CONFIG: Mapping[str, Kind] = {
    **_keys("secret"),
    **_keys("configMap"),
    "pvcMount": [_VOLUME],
    "nodeSelector": {"labels": _TEXTS, "nodeSelectorJson": "any"},
    "podMetadata": _METADATA,
    "imagePullSecret": [{"secretName": "text", "secretNameParameter": "any"}],
    "imagePullPolicy": "text",
    "activeDeadlineSeconds": "whole",
    "fieldPathAsEnv": [{"name": "text", "fieldPath": "text"}],
    "tolerations": [_TOLERATION],
    "genericEphemeralVolume": [_EPHEMERAL],
    "nodeAffinity": [_NODE_AFFINITY],
    "podAffinity": [_POD_AFFINITY],
    "enabledSharedMemory": {"volumeName": "text", "size": "text"},
    "emptyDirMounts": [
        {"volumeName": "text", "mountPath": "text", "medium": "text", "sizeLimit": "text"}
    ],
    "securityContext": {"runAsUser": "whole", "runAsGroup": "whole", "runAsNonRoot": "truth"},
}
LATER: Mapping[tuple[str, ...], str] = {
    ("nodeAffinity", "nodeAffinityJson"): "2.14",
    ("secretAsEnv", "optional"): "2.15",
    ("configMapAsEnv", "optional"): "2.15",
    ("pvcMount", "subPath"): "2.16",
    ("securityContext",): "2.16",
}
"""The ways to what came after 2.5, within what is said of an executor."""
_SCALARS = {"text": text, "truth": truth, "whole": whole}
_POLICIES = ("Always", "IfNotPresent", "Never")


def pods(platform: Data, version: Version) -> Iterator[Finding]:
    """Check what a PlatformSpec says of pods, for a version of the target."""
    path: Path = ("platforms", "kubernetes", "deploymentSpec", "executors")
    if version.name == VERTEX:
        yield Finding(path=("platforms",), message="Vertex takes one document, without platforms")
        return
    found: Any = platform
    for key in path:
        found = found.get(key, {}) if is_object(found) else {}
    for label, config in sorted(cast("dict[str, Any]", found).items()):
        yield from _message(config, CONFIG, (*path, label), (), version)
        policy = config.get("imagePullPolicy") if is_object(config) else None
        if policy is not None and policy not in _POLICIES:
            message = f"{policy!r:.80} is none of {', '.join(_POLICIES)}"
            yield Finding(path=(*path, label, "imagePullPolicy"), message=message)


def _message(
    data: Any, kinds: Mapping[str, Kind], path: Path, way: tuple[str, ...], version: Version
) -> Iterator[Finding]:
    """Check an object; `way` is the fields that lead to it within its executor."""
    if not is_object(data):
        yield Finding(path=path, message="an object is expected")
        return
    for key, value in data.items():
        here = (*path, key)
        kind = kinds.get(key) or kinds.get("*")
        if kind is None:
            yield Finding(path=here, message=f"there is no such field; {near(key, kinds)}")
            continue
        first = LATER.get((*way, key))
        if first and number(version.name) < number(first):
            message = f"{version.target} leaves it aside; it is known from {first} on"
            yield Finding(path=here, message=message, severity="warning")
        yield from _value(value, kind, here, (*way, key), version)
    lacking = sorted(kinds.keys() - data.keys()) if way[-1:] == ("keyToEnv",) else []
    for key in lacking:
        yield Finding(path=path, message=f"says no {key}")


def _value(
    value: Any, kind: Kind, path: Path, way: tuple[str, ...], version: Version
) -> Iterator[Finding]:
    if isinstance(kind, Mapping):
        yield from _message(value, kind, path, way, version)
    elif isinstance(kind, list):
        if not is_array(value):
            yield Finding(path=path, message="a list is expected")
            return
        for position, each in enumerate(value):
            yield from _value(each, kind[0], (*path, str(position)), way, version)
    elif kind in _SCALARS and (wrong := _SCALARS[kind](value)):
        yield Finding(path=path, message=wrong)
