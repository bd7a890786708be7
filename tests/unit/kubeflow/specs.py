"""Tiny specifications for the simulator, written by hand with shell commands."""

from __future__ import annotations

import textwrap

import yaml


def container(script, *, env=None):
    """An executor that runs a shell script; the arguments are `$1`, `$2` …"""
    words, arguments = script if isinstance(script, tuple) else (script, ())
    made = {
        "image": "any",
        "command": ["sh", "-c", textwrap.dedent(words), "sh"],
        "args": list(arguments),
    }
    if env:
        made["env"] = [{"name": name, "value": value} for name, value in env.items()]
    return {"container": made}


def component(label, *, inputs=None, outputs=None, artifacts_in=(), artifacts=()):
    """A component; `inputs` and `outputs` map a parameter to its type or its whole definition."""
    title = {"artifactType": {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}}

    def interface(parameters, names):
        stated = {
            key: value if isinstance(value, dict) else {"parameterType": value}
            for key, value in (parameters or {}).items()
        }
        both = {"parameters": stated, "artifacts": dict.fromkeys(names, title)}
        return {key: value for key, value in both.items() if value}

    made = {"executorLabel": label} if isinstance(label, str) else {"dag": label}
    if taken := interface(inputs, artifacts_in):
        made["inputDefinitions"] = taken
    if given := interface(outputs, artifacts):
        made["outputDefinitions"] = given
    return made


def task(name, component_name=None, *, after=(), parameters=None, artifacts=None):
    """A task; a parameter is a constant, `("root", name)` or `(task, output)`."""
    made = {
        "taskInfo": {"name": name},
        "componentRef": {"name": component_name or name},
        "dependentTasks": list(after),
    }
    inputs = {}
    if parameters:
        inputs["parameters"] = {key: _source(value) for key, value in parameters.items()}
    if artifacts:
        inputs["artifacts"] = {
            key: {"componentInputArtifact": output}
            if producer == "root"
            else {"taskOutputArtifact": {"producerTask": producer, "outputArtifactKey": output}}
            for key, (producer, output) in artifacts.items()
        }
    return made | ({"inputs": inputs} if inputs else {})


def _source(value):
    if not isinstance(value, tuple):
        return {"runtimeValue": {"constant": value}}
    producer, output = value
    if producer == "root":
        return {"componentInputParameter": output}
    return {"taskOutputParameter": {"producerTask": producer, "outputParameterKey": output}}


def spec(executors, components, tasks, *, parameters=None):
    """A whole specification as YAML."""
    root = {"dag": {"tasks": {each["taskInfo"]["name"]: each for each in tasks}}}
    if parameters:
        stated = {
            key: value if isinstance(value, dict) else {"parameterType": value}
            for key, value in parameters.items()
        }
        root["inputDefinitions"] = {"parameters": stated}
    data = {
        "schemaVersion": "2.1.0",
        "sdkVersion": "hand",
        "pipelineInfo": {"name": "tiny"},
        "root": root,
        "components": components,
        "deploymentSpec": {
            "executors": {
                k: container(v) if isinstance(v, (str, tuple)) else v for k, v in executors.items()
            }
        },
    }
    return yaml.safe_dump(data)


def one(script, **interface):
    """A specification of one task `a` that runs a script."""
    parameters = interface.pop("parameters", None)
    handed = interface.pop("handed", None)
    return spec(
        {"e": script},
        {"a": component("e", **interface)},
        [task("a", parameters=handed)],
        parameters=parameters,
    )
