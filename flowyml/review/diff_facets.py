"""A pipeline taken apart into facets: everything in an IR that can change on its own.

What has no facet made for it becomes one under its field's name, so that a new field of the IR is
compared before anybody thinks of it here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias, cast

from flowyml.ir import (
    Binding,
    ContextParameter,
    FromAsset,
    FromContext,
    FromInput,
    FromRunDate,
    Function,
    Node,
    Parameter,
    PipelineIR,
    Predicate,
    StepNode,
    TypeIR,
)


class Facet(NamedTuple):
    """One thing that can be said of a pipeline, a parameter or a step: `parameter 'data' type`."""

    aspect: str
    name: str = ""
    part: str = ""

    @property
    def whole(self) -> Facet:
        """The facet that this one is a part of."""
        return self._replace(part="")

    def __str__(self) -> str:
        """Give the words that stand in a line of a diff."""
        name = f"'{self.name}'" if self.name and not self.name.isdigit() else self.name
        return " ".join(filter(None, [self.aspect, name, self.part]))


Facets: TypeAlias = Mapping[Facet, Any]
"""Plain JSON by facet. A facet that is absent is not there: no time limit, no default."""

ORDER = "order of"
"""Begins the facets whose value is a list of which only the order is the facet's concern."""
PRESENT = "present"
"""The value of a facet of which only the parts say anything."""

_OF_PIPELINE = frozenset({
    "schema_version", "source", "version", "parameters", "settings", "steps",
})  # fmt: skip
_OF_PARAMETER = frozenset({"key", "has_default", "default", "span"})
_OF_STEP = frozenset({
    "kind", "name", "function", "parameters", "outputs", "map", "when", "condition_parameters",
    "retry", "fallback", "resources",
})  # fmt: skip
_IN_WORDS: Mapping[type[Node], frozenset[str]] = {
    FromAsset: frozenset({"kind", "step", "output", "otherwise", "optional"}),
    FromContext: frozenset({"kind", "key"}),
    FromInput: frozenset({"kind", "key"}),
    FromRunDate: frozenset({"kind"}),
}
"""What `source` says of each kind of binding."""


def of_pipeline(ir: PipelineIR) -> Facets:
    """Take apart what is said of the pipeline itself; its version is a label of the whole."""
    reads = (read.binding for step in ir.steps for read in step.reads)
    inputs = {Facet("run input", b.key): PRESENT for b in reads if isinstance(b, FromInput)}
    return {
        **_rest(ir, _OF_PIPELINE),
        **_settings("setting", ir.settings or {}),
        **dict(sorted(inputs.items())),
    }


def of_parameter(parameter: ContextParameter) -> Facets:
    """Take apart a context parameter."""
    default = {Facet("default"): parameter.default} if parameter.has_default else {}
    # In one order: a sidecar holds them sorted, and a pipeline as its annotation has them.
    limits = {Facet("limits"): dict(sorted(parameter.limits.items()))} if parameter.limits else {}
    return {**_rest(parameter, _OF_PARAMETER), **limits, **default}


def of_step(step: StepNode) -> Facets:
    """Take apart a step."""
    return {
        **_function(step.function),
        **_parameters("parameter", step.parameters),
        **_parameters("parameter of its conditions", step.condition_parameters),
        **{Facet("output", each.name): _type(each.type) for each in step.outputs},
        Facet(f"{ORDER} outputs"): [each.name for each in step.outputs],
        **{f: v for n, each in enumerate(step.when, 1) for f, v in _condition(n, each, step)},
        **_nested("retry", step.retry),
        **_nested("map", step.map),
        **_nested("resources", step.resources),
        **_item(step),
        **(_function(step.fallback, step, "fallback") if step.fallback else {}),
        **_rest(step, _OF_STEP),
    }


def source(binding: Binding) -> str:
    """Say in words where a value comes from."""
    if isinstance(binding, FromAsset):
        steps = f"{binding.step} or {binding.otherwise}" if binding.otherwise else binding.step
        return f"'{binding.output}' of {steps}{', if it was made' if binding.optional else ''}"
    if isinstance(binding, FromInput):
        return f"the run input '{binding.key}'"
    if isinstance(binding, FromContext):
        return f"the context's '{binding.key}'" if binding.key else "the context"
    return "the run date" if isinstance(binding, FromRunDate) else "nothing"


def _settings(aspect: str, settings: Mapping[str, Any], way: str = "") -> dict[Facet, Any]:
    """Take settings apart, each under the way to it: `airflow.steps.train.pool`."""
    found: dict[Facet, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict) and value:
            found |= _settings(aspect, cast("dict[str, Any]", value), f"{way}{key}.")
        else:
            found[Facet(aspect, f"{way}{key}")] = value
    return found


def _parameters(aspect: str, parameters: Iterable[Parameter]) -> Facets:
    found: dict[Facet, Any] = {}
    for each in parameters:
        found[Facet(aspect, each.name)] = source(each.binding)
        found[Facet(aspect, each.name, "type")] = _type(each.type)
        in_words = _IN_WORDS.get(type(each.binding), frozenset())
        own = _rest(each, {"name", "binding", "type"}) | _rest(each.binding, in_words)
        found |= {Facet(aspect, each.name, facet.aspect): value for facet, value in own.items()}
    ordered = [each.name for each in parameters if each.position != "keyword"]
    return found | ({Facet(f"{ORDER} positional {aspect}s"): ordered} if ordered else {})


def _function(
    function: Function, step: StepNode | None = None, aspect: str = "", name: str = ""
) -> dict[Facet, Any]:
    """Take apart a function; a step's other functions are named after the step's own."""
    entrypoint = function.entrypoint
    if step is not None:
        entrypoint = entrypoint.removeprefix(step.function.entrypoint)
    parts = {"code": function.digest, "entrypoint": entrypoint}
    parts |= {facet.aspect: value for facet, value in _rest(function, {"digest", "span"}).items()}
    parts["entrypoint"] = entrypoint
    if not aspect:
        return {Facet(part): value for part, value in parts.items()}
    own = {Facet(aspect, name, part): value for part, value in parts.items()}
    return {Facet(aspect, name): PRESENT, **own}


def _condition(number: int, predicate: Predicate, step: StepNode) -> Iterable[tuple[Facet, Any]]:
    facets = _function(predicate.function, step, "condition", str(number))
    facets[Facet("condition", str(number))] = "unless" if predicate.negate else "when"
    for facet, value in _rest(predicate, {"function", "negate"}).items():
        facets[Facet("condition", str(number), facet.aspect)] = value
    return facets.items()


def _nested(aspect: str, node: Node | None) -> Facets:
    if node is None:
        return {}
    parts = {Facet(aspect, part=facet.aspect): value for facet, value in _rest(node, ()).items()}
    return {Facet(aspect): PRESENT, **parts}


def _item(step: StepNode) -> Facets:
    """Say which parameter a map task takes its items in: the first."""
    if step.map is None or not step.parameters:
        return {}
    return {Facet("map", part="item"): step.parameters[0].name}


def _rest(node: Node, handled: Collection[str]) -> dict[Facet, Any]:
    """Give every field that is not handled elsewhere and that says something."""
    dumped = _without_spans(node.model_dump(mode="json"))
    fields = [name for name in type(node).model_fields if name not in handled]
    values = {name: dumped.get(name, getattr(node, name)) for name in fields}
    return {Facet(name): value for name, value in values.items() if value not in (None, ())}


def _without_spans(data: Any) -> Any:
    """Drop places: a function among the fields is the same wherever it stands."""
    if isinstance(data, list):
        items: list[Any] = cast("Any", data)
        return [_without_spans(item) for item in items]
    if not isinstance(data, dict):
        return data
    fields: dict[str, Any] = cast("Any", data)
    return {name: _without_spans(value) for name, value in fields.items() if name != "span"}


def _type(type_: TypeIR | None) -> str:
    return "any" if type_ is None else str(type_)
