"""What a specification says of each of its containers, whichever graphs they stand in.

This is the reading half of translation validation, apart from what writes (`graphs`): sources are
followed through the borders of graphs to the tasks that make the values.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowyml_kubeflow.names import GIVEN, RUN_DATE, TASK, WANTED, other_key
from flowyml_kubeflow.validate.spec import Data

Inputs = dict[str, str]


def meaning_of(spec: Data, platform: Data | None = None) -> dict[str, Any]:
    """Give what each container's task, and each of the pipeline's parameters, is said to be.

    Args:
        spec: the first document.
        platform: the second one, if there is one.
    """
    root: Data = spec["root"]
    parameters: Data = root.get("inputDefinitions", {}).get("parameters", {})
    given = {key: f"parameter {key}" for key in parameters}
    found = dict(_Reader(spec, platform or {}).graph(root["dag"], given, (), frozenset()))
    for key, stated in parameters.items():
        if key != RUN_DATE:
            found[f"parameter {key}"] = _parameter(stated)
    return found


def exactly(value: Any) -> str:
    """Write a default so that 1 and True differ; as a parameter on its own, 1.0 is 1."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, sort_keys=True)


class _Reader:
    def __init__(self, spec: Data, platform: Data) -> None:
        self._components: Mapping[str, Data] = spec["components"]
        self._executors: Mapping[str, Data] = spec["deploymentSpec"]["executors"]
        stated: Mapping[str, Data] = spec["root"].get("inputDefinitions", {}).get("parameters", {})
        self._encoded = {f"parameter {key}" for key, each in stated.items() if _is_json(each)}
        kubernetes = platform.get("platforms", {}).get("kubernetes", {})
        self._pods: Mapping[str, Data] = kubernetes.get("deploymentSpec", {}).get("executors", {})

    def graph(
        self, dag: Data, given: Inputs, place: tuple[str, ...], before: frozenset[str]
    ) -> Iterator[tuple[str, Any]]:
        """Give the meaning of a graph's tasks, and of those in the graphs within.

        Args:
            dag: the graph.
            given: what its inputs stand for.
            place: the tasks that lead to it.
            before: the containers that all of it waits for.
        """
        tasks: Mapping[str, Data] = dag["tasks"]
        for name, task in tasks.items():
            waits = before | {
                leaf
                for other in task.get("dependentTasks", ())
                for leaf in self._leaves(tasks[other], other)
            }
            sources = self._sources(task, tasks, given)
            component = self._component(task)
            if "dag" in component:
                inner = sources | _item(task, sources)
                yield from self.graph(component["dag"], inner, (*place, name), waits)
                continue
            label = component["executorLabel"]
            container = [self._executors[label]["container"], self._pods.get(label, {})]
            if TASK not in task.get("inputs", {}).get("parameters", {}):
                yield f"container of {name}", [*container, sources[GIVEN]]
                encoded = sources[GIVEN] in self._encoded
                yield from _default(name, container[0]["args"], encoded=encoded)
            else:
                said = _task(task, component, sources)
                where = {"waits": sorted(waits), "graph": "/".join(place)}
                yield f"task {name}", {**said, **where, "container": container}
        for name, task in tasks.items():
            if "parameterIterator" in task:
                policy = task.get("iteratorPolicy", {}).get("parallelismLimit", 0)
                yield f"loop {'/'.join((*place, name))}", policy

    def _component(self, task: Data) -> Data:
        return self._components[task["componentRef"]["name"]]

    def _leaves(self, task: Data, name: str) -> Iterator[str]:
        component = self._component(task)
        if "dag" not in component:
            yield name
        for inner, each in component.get("dag", {}).get("tasks", {}).items():
            yield from self._leaves(each, inner)

    def _sources(self, task: Data, tasks: Mapping[str, Data], given: Inputs) -> Inputs:
        found: Inputs = {}
        for kind, word in (("parameters", "Parameter"), ("artifacts", "Artifact")):
            for key, source in task.get("inputs", {}).get(kind, {}).items():
                if f"componentInput{word}" in source:
                    wanted = source[f"componentInput{word}"]
                    found[key] = given.get(wanted, f"a missing input {wanted}")
                elif output := source.get(f"taskOutput{word}"):
                    made = output[f"output{word}Key"]
                    found[key] = self._made(tasks, output["producerTask"], kind, made)
        return found

    def _made(self, tasks: Mapping[str, Data], producer: str, kind: str, key: str) -> str:
        """Follow an output into the graphs that give it out."""
        component = self._component(tasks[producer])
        if "dag" not in component:
            return f"{key} of {producer}"
        stated = component["dag"]["outputs"][kind][key]
        if kind == "artifacts":
            (selector,) = stated["artifactSelectors"]
            inner, name = selector["producerSubtask"], selector["outputArtifactKey"]
        else:
            selector = stated["valueFromParameter"]
            inner, name = selector["producerSubtask"], selector["outputParameterKey"]
        return self._made(component["dag"]["tasks"], inner, kind, name)


def _default(name: str, words: Sequence[str], *, encoded: bool) -> Iterator[tuple[str, Any]]:
    """Give the value that a task writes out, as its command holds it."""
    if "--value" in words:
        value = json.loads(base64.b64decode(words[words.index("--value") + 1]))
        yield f"default of {name}", [exactly(json.loads(value) if encoded else value)]


def _item(task: Data, sources: Inputs) -> Inputs:
    """Say what the item of a loop stands for in its iterations."""
    if "parameterIterator" not in task:
        return {}
    iterator = task["parameterIterator"]
    return {iterator["itemInput"]: f"each of {sources[iterator['items']['inputParameter']]}"}


def _task(task: Data, component: Data, sources: Inputs) -> dict[str, Any]:
    told = json.loads(task["inputs"]["parameters"][TASK]["runtimeValue"]["constant"])
    names: dict[str, str] = told.pop("names", {})
    optional = told.pop("optional", ())
    wanted = told.pop("wanted", None)
    told.pop("encoded", None)
    told.pop("most", None)
    told.pop("large", None)
    part = told.pop("part", "step")
    outputs = component.get("outputDefinitions", {})
    reads: dict[str, list[str]] = {}
    for key in sorted(sources, key=lambda key: (_is_second(key, names), key)):
        if key != WANTED:
            reads.setdefault(names.get(key, key), []).append(sources[key])
    return {
        "task": told,
        "part": part,
        "reads": {n: " or ".join(s) + ("?" if n in optional else "") for n, s in reads.items()},
        "makes": sorted([*outputs.get("parameters", {}), *outputs.get("artifacts", {})]),
        "runs": _verdict(task, sources, wanted=wanted),
    }


def _is_second(key: str, names: Mapping[str, str]) -> bool:
    return key == other_key(names.get(key, key))


def _verdict(task: Data, sources: Inputs, *, wanted: bool | None) -> str:
    condition = task.get("triggerPolicy", {}).get("condition")
    if wanted is None:
        return f"if {condition}" if condition else "always"
    native = condition == f"inputs.parameter_values['{WANTED}'] == {json.dumps(wanted)}"
    by = "Kubeflow" if native else "its pod" if condition is None else condition
    return f"if {sources[WANTED]} is {wanted}, decided by {by}"


def _parameter(stated: Data) -> list[Any]:
    required = not stated.get("isOptional", False)
    if "defaultValue" not in stated:
        return [required]
    value = stated["defaultValue"]
    return [required, exactly(json.loads(value) if _is_json(stated) else value)]


def _is_json(stated: Data) -> bool:
    return stated.get("description") == "JSON"
