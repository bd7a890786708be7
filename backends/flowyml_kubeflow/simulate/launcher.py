"""The launcher: run one container's command and collect what it made (2.5: `launcher_v2.go`)."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from flowyml_kubeflow.messages import FormatError, to_dict, to_message
from flowyml_kubeflow.simulate.model import Artifact, Machine, TaskError, TaskRun, Values
from flowyml_kubeflow.simulate.placeholders import decide, fill
from flowyml_kubeflow.simulate.starting import Call, start
from flowyml_kubeflow.simulate.values import from_text, stored
from flowyml_kubeflow.validate.spec import Data

_NEWER_FIELDS = ("customPath", "custom_path")  # unknown to 2.5, which refuses the file


def run_container(
    name: str, component: Data, container: Data, inputs: Values, machine: Machine
) -> TaskRun:
    """Run a task's container.

    Args:
        name: the task's name, `outer/inner` in a nested graph.
        component: what the task runs.
        container: how.
        inputs: what the driver gave it.
        machine: where.
    """
    folder = machine.workdir / "tasks" / quote(name, safe="/")
    folder.mkdir(parents=True)
    request = _executor_input(name, component, inputs, folder, machine)
    code = None
    try:
        own = {each["name"]: each.get("value", "") for each in container.get("env", ())}
        call = Call(
            words=_words(container, inputs, request),
            image=fill([container.get("image", "")], request)[0],
            env={**own, **machine.task_env(name, folder)},
            pod=machine.pods.get(component["executorLabel"], {}),
        )
        with machine.slots, (folder / "log.txt").open("wb") as log:
            code = start(call, machine, log)
        if code:
            raise TaskError(f"ended by {_signal(-code)}" if code < 0 else f"exit code {code}")
        return _ended(name, folder, code=code, outputs=_collect(request, component))
    except TaskError as refusal:
        return _ended(name, folder, code=code, error=str(refusal))


def _signal(number: int) -> str:
    known = {each.value: each.name for each in signal.Signals}
    return known.get(number, f"signal {number}")


def _ended(
    name: str,
    folder: Path,
    *,
    code: int | None,
    error: str | None = None,
    outputs: Values | None = None,
) -> TaskRun:
    log = folder / "log.txt"
    return TaskRun(
        name=name,
        state="FAILED" if error else "SUCCEEDED",
        attempts=0 if code is None else 1,
        exit_code=code,
        error=error,
        log=log.read_text(encoding="utf-8", errors="replace") if log.exists() else "",
        outputs=outputs or Values(),
        folder=folder,
    )


def _executor_input(
    name: str, component: Data, inputs: Values, folder: Path, machine: Machine
) -> dict[str, Any]:
    """Make the message that stands for `{{$}}`, and the folders of all outputs."""
    made = component.get("outputDefinitions", {})
    place = machine.workdir / "artifacts" / quote(name, safe="/")
    place.mkdir(parents=True)
    files = {key: folder / "outputs" / quote(key, safe="") for key in made.get("parameters", {})}
    (folder / "outputs").mkdir()
    outputs: dict[str, Any] = {"outputFile": str(folder / "executor_output.json")}
    if files:
        outputs["parameters"] = {key: {"outputFile": str(file)} for key, file in files.items()}
    if "artifacts" in made:
        outputs["artifacts"] = {
            key: _listed(_provisioned(stated, place / quote(key, safe="")))
            for key, stated in made["artifacts"].items()
        }
    return {"inputs": _inputs(component, inputs), "outputs": outputs}


def _inputs(component: Data, inputs: Values) -> dict[str, Any]:
    """State the inputs; defaults are filled in here, not by the driver."""
    definitions = component.get("inputDefinitions", {}).get("parameters", {})
    defaults = {key: s["defaultValue"] for key, s in definitions.items() if "defaultValue" in s}
    stated: dict[str, Any] = {}
    if parameters := {**defaults, **inputs.parameters}:
        stated["parameterValues"] = parameters
    if inputs.artifacts:
        stated["artifacts"] = {key: {"artifacts": each} for key, each in inputs.artifacts.items()}
    return stated


def _listed(artifact: Artifact) -> dict[str, Any]:
    return {"artifacts": [artifact]}


def _provisioned(stated: Data, file: Path) -> Artifact:
    known = {"type": stated["artifactType"], "metadata": stated.get("metadata")}
    return {"uri": str(file), **{key: value for key, value in known.items() if value}}


def _words(container: Data, inputs: Values, request: dict[str, Any]) -> list[str]:
    stated = [*container.get("command", ()), *container.get("args", ())]
    words = fill([*decide(stated, inputs.parameters)], request)
    if not words:
        raise TaskError("nothing is left of the command")
    return words


def _collect(request: dict[str, Any], component: Data) -> Values:
    """Read what the container left: `executor_output.json` wins over the files."""
    outputs = request["outputs"]
    said = _executor_output(Path(outputs["outputFile"]))
    parameters = said.get("parameterValues", {})
    definitions = component.get("outputDefinitions", {}).get("parameters", {})
    for key, stated in outputs.get("parameters", {}).items():
        if key not in parameters:
            kind = definitions[key]["parameterType"]
            parameters[key] = _output_parameter(key, Path(stated["outputFile"]), kind)
    return Values(
        parameters=parameters,
        artifacts={
            key: [_merged(each["artifacts"][0], said.get("artifacts", {}).get(key, {}))]
            for key, each in outputs.get("artifacts", {}).items()
        },
    )


def _output_parameter(key: str, file: Path, kind: str) -> Any:
    try:
        return from_text(file.read_text(encoding="utf-8"), kind)
    except OSError:
        raise TaskError(f"the output parameter '{key}' was not written to {file}") from None
    except ValueError as error:
        raise TaskError(f"the output parameter '{key}' of type {kind}: {error}") from None


def _executor_output(file: Path) -> dict[str, Any]:
    """Read the file strictly: one field that the backend does not know fails the task."""
    if not file.exists():
        return {}
    try:
        data = json.loads(file.read_bytes(), parse_constant=_no_constant)
        output = to_dict(to_message("ExecutorOutput", data))
        for field in _NEWER_FIELDS:
            if f'"{field}"' in json.dumps(data.get("artifacts", {})):
                raise ValueError(f"unknown field '{field}'")
        return output
    except (ValueError, FormatError) as error:
        raise TaskError(f"executor_output.json cannot be read: {error}") from None


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _merged(artifact: Artifact, said: Mapping[str, Any]) -> Artifact:
    """Take over URI and metadata, as they are after the backend has kept them."""
    new: Artifact = next(iter(said.get("artifacts", ())), artifact)
    metadata: dict[str, Any] = {**artifact.get("metadata", {}), **new.get("metadata", {})}
    known = {**artifact, "uri": new.get("uri") or artifact["uri"]}
    kept = {key: int(v) if isinstance(v, bool) else stored(v) for key, v in metadata.items()}
    return {**known, "metadata": kept} if kept else known
