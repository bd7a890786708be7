"""The fields of the format, by version: which are written, and which a backend does not know yet.

A field that a backend does not know makes its API server refuse the specification; within executors
it is left aside without a word. What came when is read off the format's own definitions,
`pipeline_spec.proto` and `kubernetes_executor_config.proto`, at the tags of the backend's releases.
"""

from __future__ import annotations

from collections.abc import Mapping

from flowyml_kubeflow.versions import VERTEX, Feature, Version, number

LATER: Mapping[str, str] = {
    "PipelineConfig.workspace": "2.14",
    "WorkspaceConfig.size": "2.14",
    "WorkspaceConfig.kubernetes": "2.14",
    "KubernetesWorkspaceConfig.pvcSpecPatch": "2.14",
    "ComponentSpec.taskConfigPassthroughs": "2.15",
    "TaskConfigPassthrough.field": "2.15",
    "TaskConfigPassthrough.applyToTask": "2.15",
    "ParameterTypeEnum.TASK_CONFIG": "2.15",
    "ImporterSpec.downloadToWorkspace": "2.15",
    "RuntimeArtifact.customPath": "2.15",
    "ParameterSpec.literals": "2.16",
    "PipelineConfig.activeDeadlineSeconds": "2.17",
    "PipelineConfig.resourceTtlOnCompletion": "2.17",
    "PipelineConfig.resourceTtlOnSuccess": "2.17",
    "PipelineConfig.resourceTtlOnFailure": "2.17",
}
"""What came after 2.5, as `Message.field`; of pods see `validate.pods`."""

_WRITTEN: Mapping[Feature | None, Mapping[str, str]] = {
    None: {
        "AcceleratorConfig": "count type",
        "ArtifactSelectorSpec": "outputArtifactKey producerSubtask",
        "ArtifactSpec": "artifactType",
        "ArtifactTypeSchema": "schemaTitle schemaVersion",
        "ComponentInputsSpec": "artifacts parameters",
        "ComponentOutputsSpec": "artifacts parameters",
        "ComponentRef": "name",
        "ComponentSpec": "dag executorLabel inputDefinitions outputDefinitions",
        "DagOutputArtifactSpec": "artifactSelectors",
        "DagOutputsSpec": "artifacts",
        "DagSpec": "outputs tasks",
        "EnvVar": "name value",
        "ExecutorSpec": "container",
        "InputArtifactSpec": "componentInputArtifact taskOutputArtifact",
        "InputParameterSpec": "componentInputParameter runtimeValue taskOutputParameter",
        "ParameterSpec": "defaultValue description isOptional parameterType",
        "PipelineContainerSpec": "args command env image resources",
        "PipelineDeploymentConfig": "executors",
        "PipelineInfo": "description name",
        "PipelineSpec": "components deploymentSpec pipelineInfo root schemaVersion sdkVersion",
        "PipelineTaskInfo": "name",
        "PipelineTaskSpec": (
            "cachingOptions componentRef dependentTasks inputs taskInfo triggerPolicy"
        ),
        "ResourceSpec": "accelerator cpuLimit memoryLimit",
        "TaskInputsSpec": "artifacts parameters",
        "TaskOutputArtifactSpec": "outputArtifactKey producerTask",
        "TaskOutputParameterSpec": "outputParameterKey producerTask",
        "TriggerPolicy": "condition",
        "ValueOrRuntimeParameter": "constant",
    },
    "kubernetes": {
        "AcceleratorConfig": "resourceCount resourceType",
        "PlatformSpec": "platforms",
        "ResourceSpec": "resourceCpuLimit resourceMemoryLimit",
        "SinglePlatformSpec": "deploymentSpec",
        "pod": (
            "activeDeadlineSeconds configMapAsEnv configMapAsVolume imagePullPolicy "
            "imagePullSecret nodeSelector podMetadata pvcMount secretAsEnv secretAsVolume "
            "tolerations"
        ),
        "pod.configMapAsEnv": "configMapName configMapNameParameter keyToEnv",
        "pod.configMapAsEnv.keyToEnv": "configMapKey envVar",
        "pod.configMapAsVolume": "configMapName configMapNameParameter mountPath optional",
        "pod.imagePullSecret": "secretName secretNameParameter",
        "pod.nodeSelector": "labels",
        "pod.podMetadata": "annotations labels",
        "pod.pvcMount": "constant mountPath pvcNameParameter",
        "pod.secretAsEnv": "keyToEnv secretName secretNameParameter",
        "pod.secretAsEnv.keyToEnv": "envVar secretKey",
        "pod.secretAsVolume": "mountPath optional secretName secretNameParameter",
        "pod.tolerations": "effect key operator tolerationSeconds value",
    },
    "loops": {
        "ArtifactSpec": "isArtifactList",
        "ItemsSpec": "inputParameter",
        "IteratorPolicy": "parallelismLimit",
        "ParameterIteratorSpec": "itemInput items",
        "PipelineTaskSpec": "iteratorPolicy parameterIterator",
    },
    "workspace": {
        "KubernetesWorkspaceConfig": "pvcSpecPatch",
        "PipelineConfig": "workspace",
        "SinglePlatformSpec": "pipelineConfig",
        "WorkspaceConfig": "kubernetes size",
    },
    "optional_variables": {
        "pod.configMapAsEnv": "optional",
        "pod.secretAsEnv": "optional",
    },
    "folder_of_volume": {
        "pod.pvcMount": "subPath",
    },
    "run_deadline": {
        "PipelineConfig": "activeDeadlineSeconds",
    },
}
"""What the compiler writes, by the feature of the target that it takes; `pod` is what the second
document says of an executor.
"""


def unknown_to(on: Version, field: str) -> str | None:
    """Name the version that brought a field, if it came after the one asked about.

    Vertex does not say which fields it takes.

    Example:
        >>> from flowyml_kubeflow.versions import version
        >>> unknown_to(version("2.15"), "ParameterSpec.literals")
        '2.16'
    """
    first = LATER.get(field)
    if first is None or on.name == VERTEX or number(on.name) >= number(first):
        return None
    return first


def fields() -> Mapping[str, Feature | None]:
    """Give every field that the compiler writes, as `Message.field`, with the feature behind it."""
    return {
        f"{message}.{name}": feature
        for feature, messages in _WRITTEN.items()
        for message, names in messages.items()
        for name in names.split()
    }
