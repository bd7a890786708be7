"""Bind parameters to assets and run inputs (docs/semantics.md §1.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import (
    Binding,
    FromAsset,
    FromInput,
    Parameter,
    PipelineIR,
    StepNode,
    TypeIR,
    Unbound,
    View,
    unchecked,
)
from flowyml.passes.places import at_step, declared, lookup, written

ASSET_CLASSES = frozenset(
    f"flowyml.{name}"
    for name in ("Asset", "Dataset", "Model", "Metrics", "Report", "FeatureSet", "Artifact")
)

_from_asset = unchecked(FromAsset)


def wire_assets(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Bind every parameter that an asset or a run input supplies; the context gets the rest."""
    names = _Names(ir)
    wired = [_wire(step, names) for step in ir.steps]
    steps = tuple(step for step, _ in wired)
    found = tuple(d for _, diagnostics in wired for d in diagnostics)
    return ir.model_copy(update={"steps": steps}), found


class _Names:
    """What a name can mean in a pipeline."""

    def __init__(self, ir: PipelineIR) -> None:
        self.assets: dict[str, StepNode] = {}
        self.otherwise: dict[str, StepNode] = {}
        for step in ir.steps:
            for output in step.outputs:
                if self.assets.setdefault(output.name, step) is not step:
                    self.otherwise[output.name] = step
        self.inputs = frozenset(ir.inputs)
        self.context = frozenset((*(parameter.key for parameter in ir.parameters), *ir.given))

    def binding(
        self, name: str, reader: StepNode, type_: TypeIR | None, *, optional: bool = False
    ) -> Binding | None:
        """Bind a name to an asset of another step, else to a run input, else not at all."""
        producer = self._producer(name, reader)
        if producer is not None:
            second = self.otherwise.get(name)
            return _from_asset(
                step=producer.name,
                output=name,
                view=_view(type_, producer),
                otherwise=second.name if second else None,
                optional=optional,
            )
        return FromInput(key=name, view=_view(type_)) if name in self.inputs else None

    def supplies(self, name: str, reader: StepNode) -> bool:
        """Tell whether there is something that `binding` binds a name to."""
        return name in self.inputs or self._producer(name, reader) is not None

    def _producer(self, name: str, reader: StepNode) -> StepNode | None:
        producer, second = self.assets.get(name), self.otherwise.get(name)
        own = producer is None or reader.name in (producer.name, second and second.name)
        return None if own else producer

    def all(self) -> set[str]:
        return {*self.assets, *self.inputs, *self.context}


def wants_asset(type_: TypeIR) -> bool:
    """Tell whether an annotation asks for the asset rather than the data in it."""
    if type_.name == "union":
        return any(wants_asset(member) for member in type_.args)
    return type_.name in ASSET_CLASSES or not ASSET_CLASSES.isdisjoint(type_.bases)


def _view(type_: TypeIR | None, producer: StepNode | None = None) -> View:
    if type_ is None:
        return "data"
    if producer is not None and producer.map and wants_list(type_):
        return "results"
    return "asset" if wants_asset(type_) else "data"


def wants_list(type_: TypeIR) -> bool:
    """Tell whether an annotation asks for a list, rather than for a `MapTaskResult`."""
    if type_.name == "union":
        return any(wants_list(member) for member in type_.args)
    return type_.name in ("builtins.list", "collections.abc.Sequence", "collections.abc.Iterable")


def _wire(step: StepNode, names: _Names) -> tuple[StepNode, list[Diagnostic]]:
    inputs = _inputs(step)
    known = set(map(lookup, step.parameters))
    by_name = [_by_name(parameter, step, names) for parameter in step.parameters]
    loose = {name: outer for name, outer in inputs.items() if outer not in known}
    parameters, left = _by_order(by_name, loose, step, names)
    parameters, left = _variable(parameters, left, step, names)
    found = [d for name in inputs.values() if (d := _problem(step, name, names))]
    if left and not found:
        found.append(_unequal(step, tuple(left)))
    own = {parameter.name: parameter for parameter in parameters}
    update = {
        "parameters": tuple(parameters),
        "condition_parameters": tuple(
            _by_name(p, step, names) for p in step.condition_parameters if p.name not in own
        ),
    }
    return step.model_copy(update=update), found


def _inputs(step: StepNode) -> dict[str, str]:
    """Map the declared inputs to what they are called in the whole pipeline."""
    wish = declared(step)
    return {name: name for name in wish.inputs or ()} | dict(wish.lookups)


def _by_name(parameter: Parameter, step: StepNode, names: _Names) -> Parameter:
    if not isinstance(parameter.binding, Unbound) or parameter.binding.context_only:
        return parameter
    name = lookup(parameter)
    optional = not parameter.binding.required
    binding = names.binding(name, step, parameter.type, optional=optional)
    if binding is None and name in _inputs(step).values() and _problem(step, name, names):
        binding = FromInput(key=name)  # reported once, as an input; later passes need not repeat it
    return parameter.model_copy(update={"binding": binding}) if binding else parameter


def _by_order(
    parameters: list[Parameter], loose: dict[str, str], step: StepNode, names: _Names
) -> tuple[list[Parameter], dict[str, str]]:
    """Give declared inputs that name no parameter, in order, to what nothing else binds."""
    left = dict(loose)
    bound: list[Parameter] = []
    for parameter in parameters:
        if left and _is_open(parameter, names):
            name = left.pop(next(iter(left)))
            binding = names.binding(name, step, parameter.type) or FromInput(key=name)
            parameter = parameter.model_copy(update={"binding": binding})
        bound.append(parameter)
    return bound, left


def _is_open(parameter: Parameter, names: _Names) -> bool:
    binding = parameter.binding
    return (
        isinstance(binding, Unbound) and binding.required and lookup(parameter) not in names.context
    )


def _variable(
    parameters: list[Parameter], left: dict[str, str], step: StepNode, names: _Names
) -> tuple[list[Parameter], dict[str, str]]:
    """Give what is left to `*args`, else to `**kwargs`."""
    wish = declared(step)
    if not (wish.var_positional or wish.var_keyword):
        return parameters, left
    position = "var" if wish.var_positional else "keyword"
    extra = [
        Parameter(name=name, binding=binding, position=position)
        for name, outer in left.items()
        if (binding := names.binding(outer, step, None))
    ]
    return [*parameters, *extra], {}


def _problem(step: StepNode, name: str, names: _Names) -> Diagnostic | None:
    """Say what is wrong with a declared input, if anything is."""
    if names.supplies(name, step):
        return None
    if any(output.name == name for output in step.outputs):
        return own_output(step, name)
    if name in names.context:
        return None if name in map(lookup, step.parameters) else _unread(step, name)
    return unsupplied(step, f"input '{name}'", name, names.assets, names.all())


def _unread(step: StepNode, name: str) -> Diagnostic:
    return at_step(
        step,
        "FML104",
        f"step '{step.name}' declares '{name}' as input, which no step produces; it is a context "
        "value, and goes to a parameter of its name alone",
        subject=f"input '{name}'",
        help=f"call the parameter '{name}'",
    )


def unsupplied(
    step: StepNode,
    subject: str,
    name: str,
    assets: Mapping[str, StepNode],
    known: set[str],
) -> Diagnostic:
    """Say that nothing supplies a name, with the closest name that something does."""
    hint = near(name, known - {output.name for output in step.outputs})
    close = hint.removeprefix("did you mean '").removesuffix("'?")
    if close in assets:
        hint = f"did you mean '{close}' (produced by {written(assets[close])})?"
    elif name in ("self", "cls"):
        hint = "no step is called with an object: move the function out of its class"
    elif close == hint:  # none is near
        ways = f"outputs=['{name}'] of a step, context({name}=…) or run(inputs={{'{name}': …}})"
        hint = f"{hint}; what gives it is {ways}" if hint else f"give it: {ways}"
    return at_step(
        step,
        "FML104",
        f"step '{step.name}' needs '{name}', which no step produces and the context does not hold",
        subject=subject,
        help=hint,
    )


def _unequal(step: StepNode, left: Sequence[str]) -> Diagnostic:
    count = len(left)
    what = "no parameter is" if count == 1 else "no parameters are"
    return at_step(
        step,
        "FML107",
        f"step '{step.name}' declares {', '.join(map(repr, left))} as input, and {what} left "
        "for it" + ("" if count == 1 else " all"),
        help="name parameters like the inputs, one each; for order alone use after=[…]",
    )


def own_output(step: StepNode, name: str) -> Diagnostic:
    """Say that a step would read what it produces itself."""
    return at_step(
        step,
        "FML105",
        f"step '{step.name}' reads '{name}', which it produces itself",
        subject=f"'{name}'",
        help=f"rename the output (outputs=['{name}_2']) or read another asset",
    )
