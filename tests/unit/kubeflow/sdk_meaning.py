"""What a specification says, whichever tool wrote it: its containers, and no names in between.

Two tools name the same thing differently (components, executors, what crosses a graph's border) and
may put one condition or loop on a task or on a graph around it. So each container is told with what
it runs, where each of its inputs is made in the end, all that ends before it, and under which
conditions and loops it stands.
"""

from __future__ import annotations

import re

_CONDITION = re.compile(r"inputs\.parameter_values\['([^']*)'\]")


def containers(spec, names=None):
    """Give what is said of each container.

    Args:
        spec: a PipelineSpec as JSON data.
        names: other names for its tasks, where the two tools have to differ.
    """
    found = dict(_Reader(spec, names or {}).graph(spec["root"], {}, _Around()))
    for each in found.values():
        each["waits"] = sorted(_all_before(each["waits"], found))
    return found


def parameters(spec):
    """Give what is said of the pipeline's parameters."""
    return spec["root"].get("inputDefinitions", {}).get("parameters", {})


def _all_before(waits, found):
    """Add what those wait for: one tool says so, another leaves it to be concluded."""
    before = set(waits)
    for name in waits:
        before |= _all_before(found[name]["waits"], found)
    return before


class _Around:
    """What the graphs around a task say of it."""

    def __init__(self, waits=frozenset(), conditions=(), loops=(), inside=()):
        self.waits, self.conditions, self.loops, self.inside = waits, conditions, loops, inside


class _Reader:
    def __init__(self, spec, names):
        self._components = spec["components"]
        self._executors = spec["deploymentSpec"]["executors"]
        self._names = names

    def graph(self, component, given, around):
        tasks = component["dag"]["tasks"]
        for name, task in tasks.items():
            inputs = {
                key: self._source(tasks, source, given)
                for part in task.get("inputs", {}).values()
                for key, source in part.items()
            }
            said = self._said(name, task, tasks, inputs, around)
            inner = self._component(task)
            if "dag" in inner:
                yield from self.graph(inner, inputs | _item(task, inputs), said)
            else:
                yield self._name(name), self._container(task, inner, inputs, said)

    def _said(self, name, task, tasks, inputs, around):
        """Add what a task says of itself to what is said around it."""
        waits = {leaf for other in _upstream(task) for leaf in self._leaves(other, tasks[other])}
        condition = task.get("triggerPolicy", {}).get("condition")
        if condition:
            condition = _CONDITION.sub(lambda match: f"<{inputs[match[1]]}>", condition)
        loop = None
        if "parameterIterator" in task:
            loop = _items(task, inputs), task.get("iteratorPolicy", {}).get("parallelismLimit", 0)
        plain = "dag" in self._component(task) and not condition and not loop
        return _Around(
            around.waits | waits,
            (*around.conditions, condition) if condition else around.conditions,
            (*around.loops, loop) if loop else around.loops,
            (*around.inside, self._name(name)) if plain else around.inside,
        )

    def _container(self, task, component, inputs, said):
        definitions = component.get("inputDefinitions", {})
        made = component.get("outputDefinitions", {})
        return {
            "runs": self._executors[component["executorLabel"]]["container"],
            "reads": inputs,
            "takes": {
                key: _type(each) for part in definitions.values() for key, each in part.items()
            },
            "makes": {key: _type(each) for part in made.values() for key, each in part.items()},
            "waits": said.waits,
            "conditions": said.conditions,
            "loops": said.loops,
            "inside": said.inside,
            "retry": task.get("retryPolicy"),
            "cache": bool(task.get("cachingOptions", {}).get("enableCache")),
        }

    def _source(self, tasks, source, given):
        if "runtimeValue" in source:
            return f"constant {source['runtimeValue']['constant']!r}"
        for word in ("Parameter", "Artifact"):
            if key := source.get(f"componentInput{word}"):
                return given.get(key, f"parameter {key}")
            if output := source.get(f"taskOutput{word}"):
                return self._made(tasks, output["producerTask"], word, output[f"output{word}Key"])
        raise AssertionError(source)

    def _made(self, tasks, producer, word, key):
        """Follow an output into the graphs that give it out."""
        component = self._component(tasks[producer])
        if "dag" not in component:
            return f"{key} of {self._name(producer)}"
        stated = component["dag"]["outputs"][f"{word.lower()}s"][key]
        selectors = stated.get("artifactSelectors") or [stated.get("valueFromParameter")]
        found = [
            self._made(
                component["dag"]["tasks"], each["producerSubtask"], word, each[f"output{word}Key"]
            )
            for each in selectors
        ]
        return " or ".join(found)

    def _leaves(self, name, task):
        component = self._component(task)
        if "dag" not in component:
            yield self._name(name)
        for inner, each in component.get("dag", {}).get("tasks", {}).items():
            yield from self._leaves(inner, each)

    def _component(self, task):
        return self._components[task["componentRef"]["name"]]

    def _name(self, task):
        return self._names.get(task, task)


def _upstream(task):
    """Name the tasks that a task waits for: the stated ones, and those that it reads of."""
    found = list(task.get("dependentTasks", ()))
    for part in task.get("inputs", {}).values():
        for source in part.values():
            for word in ("Parameter", "Artifact"):
                if output := source.get(f"taskOutput{word}"):
                    found.append(output["producerTask"])
    return dict.fromkeys(found)


def _items(task, inputs):
    items = task["parameterIterator"]["items"]
    return inputs[items["inputParameter"]] if "inputParameter" in items else items["raw"]


def _item(task, inputs):
    if "parameterIterator" not in task:
        return {}
    return {task["parameterIterator"]["itemInput"]: f"each of {_items(task, inputs)}"}


def _type(stated):
    kind = stated.get("parameterType") or stated["artifactType"]["schemaTitle"]
    return f"list of {kind}" if stated.get("isArtifactList") else kind
