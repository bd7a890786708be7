"""Rules about what tasks hand over: inputs, types, constants, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flowyml_kubeflow.cel import SELECTABLE, CelError, parse
from flowyml_kubeflow.validate.spec import (
    Dag,
    Data,
    Finding,
    Path,
    component_of,
    components,
    tasks,
)

_KINDS: dict[str, tuple[type, ...]] = {
    "NUMBER_INTEGER": (int, float),
    "NUMBER_DOUBLE": (int, float),
    "BOOLEAN": (bool,),
    "LIST": (list,),
    "STRUCT": (dict,),
}
_NAMED = re.compile(r"inputs\.parameter_values\[(?:'([^']*)'|\"([^\"]*)\")\]")
_ANY_ARTIFACT = ("", "system.Artifact")


_SCHEMAS = ("schemaTitle", "schemaUri", "instanceSchema")
_SOURCES = {
    "parameters": (
        "taskOutputParameter",
        "runtimeValue",
        "componentInputParameter",
        "taskFinalStatus",
    ),
    "artifacts": ("taskOutputArtifact", "componentInputArtifact"),
}


def declared(spec: Data) -> Iterator[Finding]:
    """A parameter says of which type it is, and so does an artifact that a container makes."""
    for path, component in components(spec):
        for side in ("inputDefinitions", "outputDefinitions"):
            stated = component.get(side, {})
            for key, parameter in sorted(stated.get("parameters", {}).items()):
                if not parameter.get("parameterType"):
                    place = (*path, side, "parameters", key)
                    yield Finding(path=place, message="states no parameterType")
        made = component.get("outputDefinitions", {}).get("artifacts", {})
        for key, artifact in sorted(made.items()):
            kind = artifact.get("artifactType", {})
            if "dag" not in component and not any(kind.get(name) for name in _SCHEMAS):
                place = (*path, "outputDefinitions", "artifacts", key)
                yield Finding(path=place, message="states no artifactType")


def sources(spec: Data) -> Iterator[Finding]:
    """A task says of each input where it comes from."""
    for _, path, _, task in tasks(spec):
        for kind, names in _SOURCES.items():
            for key, source in sorted(task.get("inputs", {}).get(kind, {}).items()):
                if not source.keys() & {*names}:
                    message = f"says not where it comes from; there is: {', '.join(names)}"
                    yield Finding(path=(*path, "inputs", kind, key), message=message)


def inputs(spec: Data) -> Iterator[Finding]:
    """What a task hands over is what its component takes."""
    for dag, path, _, task in tasks(spec):
        component = component_of(spec, task)
        if component:
            yield from _interface(task, component.get("inputDefinitions", {}), path)
        yield from _from_parent(task, dag, path)


def types(spec: Data) -> Iterator[Finding]:
    """A value is of the type that is asked for; a STRING takes anything, as text."""
    for dag, path, _, task in tasks(spec):
        taken = component_of(spec, task).get("inputDefinitions", {})
        for key, source in sorted(task.get("inputs", {}).get("parameters", {}).items()):
            wanted = taken.get("parameters", {}).get(key, {}).get("parameterType")
            place = (*path, "inputs", "parameters", key)
            yield from _parameter_type(spec, dag, source, wanted, place)
        for key, source in sorted(task.get("inputs", {}).get("artifacts", {}).items()):
            title = _title(taken.get("artifacts", {}).get(key, {}))
            given = _title(_artifact(spec, dag, source))
            if title not in _ANY_ARTIFACT and given not in (*_ANY_ARTIFACT, title):
                message = f"takes {title}, and gets {given}"
                yield Finding(path=(*path, "inputs", "artifacts", key), message=message)


def conditions(spec: Data) -> Iterator[Finding]:
    """Conditions and selectors are expressions, over inputs that the task has."""
    for _, path, _, task in tasks(spec):
        given = task.get("inputs", {}).get("parameters", {})
        condition = task.get("triggerPolicy", {}).get("condition", "")
        place = (*path, "triggerPolicy", "condition")
        if condition:
            yield from _expression(condition, ("inputs",), place)
            for match in _NAMED.finditer(condition):
                name = match[1] or match[2] or ""
                if name not in given:
                    message = f"the task has no input parameter '{name}'"
                    yield Finding(path=place, message=message)
        for key, source in sorted(given.items()):
            if selector := source.get("parameterExpressionSelector"):
                inner = (*path, "inputs", "parameters", key, "parameterExpressionSelector")
                yield from _expression(selector, SELECTABLE, inner)


def defaults(spec: Data) -> Iterator[Finding]:
    """The driver reads a default only where the input is optional."""
    for path, component in components(spec):
        parameters = component.get("inputDefinitions", {}).get("parameters", {})
        for key, stated in sorted(parameters.items()):
            place = (*path, "inputDefinitions", "parameters", key)
            if "defaultValue" not in stated:
                continue
            if not stated.get("isOptional") and path != ("root",):
                message = "has a default that the backend ignores, since it is not optional"
                yield Finding(path=place, message=message)
            kind = stated.get("parameterType", "")
            if type(stated["defaultValue"]) not in (*_KINDS.get(kind, (str,)), type(None)):
                message = f"a default of the type {kind}, not {stated['defaultValue']!r:.80}"
                yield Finding(path=(*place, "defaultValue"), message=message)


def _interface(task: Data, definitions: Data, here: Path) -> Iterator[Finding]:
    """Compare what a task hands over with what its component takes."""
    for kind in ("parameters", "artifacts"):
        given = task.get("inputs", {}).get(kind, {})
        taken = definitions.get(kind, {})
        path = (*here, "inputs", kind)
        for key in sorted(given.keys() - taken.keys()):
            if not _is_mentioned(key, given):
                yield Finding(path=(*path, key), message="the component has no such input")
        item = task.get("parameterIterator", {}).get("itemInput")  # the loop gives it a value
        for key in sorted(taken.keys() - given.keys() - {item}):
            if not taken[key].get("isOptional"):
                yield Finding(path=(*path, key), message="a required input gets no value")


def _is_mentioned(key: str, given: Data) -> bool:
    """Tell whether a constant is put together of an input, as the SDK does with an f-string."""
    constants = (each.get("runtimeValue", {}).get("constant") for each in given.values())
    return any(isinstance(text, str) and f"parameters['{key}']" in text for text in constants)


def _from_parent(task: Data, dag: Dag, here: Path) -> Iterator[Finding]:
    for kind, word in (("parameters", "Parameter"), ("artifacts", "Artifact")):
        for key, source in sorted(task.get("inputs", {}).get(kind, {}).items()):
            wanted = source.get(f"componentInput{word}")
            if wanted is not None and wanted not in dag.inputs.get(kind, {}):
                path = (*here, "inputs", kind, key)
                yield Finding(path=path, message=f"the graph has no input '{wanted}'")


def _parameter_type(
    spec: Data, dag: Dag, source: Data, wanted: str | None, path: Path
) -> Iterator[Finding]:
    if wanted not in _KINDS or "parameterExpressionSelector" in source:
        return
    if "constant" in source.get("runtimeValue", {}):
        constant: Any = source["runtimeValue"]["constant"]
        if type(constant) not in _KINDS[wanted] and not _is_placeholder(constant):
            yield Finding(
                path=path, message=f"takes {wanted}, and gets the constant {constant!r:.80}"
            )
        return
    given = _source_type(spec, dag, source)
    if given is not None and _KINDS.get(given) != _KINDS[wanted]:
        yield Finding(path=path, message=f"takes {wanted}, and gets {given}")


def _is_placeholder(constant: Any) -> bool:
    return isinstance(constant, str) and "{{$" in constant


def _source_type(spec: Data, dag: Dag, source: Data) -> str | None:
    """Name the type of a parameter's source; None if it is not known."""
    if "componentInputParameter" in source:
        stated = dag.inputs.get("parameters", {}).get(source["componentInputParameter"], {})
        return _name(stated.get("parameterType"))
    output = source.get("taskOutputParameter", {})
    producer = dag.tasks.get(output.get("producerTask", ""), {})
    made = component_of(spec, producer).get("outputDefinitions", {}).get("parameters", {})
    kind = _name(made.get(output.get("outputParameterKey", ""), {}).get("parameterType"))
    return "LIST" if kind and "parameterIterator" in producer else kind


def _name(kind: Any) -> str | None:
    return kind if isinstance(kind, str) else None


def _artifact(spec: Data, dag: Dag, source: Data) -> Data:
    found: Data
    if "componentInputArtifact" in source:
        found = dag.inputs.get("artifacts", {}).get(source["componentInputArtifact"], {})
        return found
    output = source.get("taskOutputArtifact", {})
    producer = dag.tasks.get(output.get("producerTask", ""), {})
    made = component_of(spec, producer).get("outputDefinitions", {}).get("artifacts", {})
    found = made.get(output.get("outputArtifactKey", ""), {})
    return found


def _title(stated: Data) -> str:
    return str(stated.get("artifactType", {}).get("schemaTitle", ""))


def _expression(text: str, names: tuple[str, ...], path: Path) -> Iterator[Finding]:
    try:
        parse(text, names)
    except CelError as error:
        yield Finding(path=path, message=str(error))
