"""Put the steps of sub-pipelines among those of their parent (docs/semantics.md §3).

Only names change here: of steps, of assets, and of what parameters ask for. Wiring, types, order
and gates are decided afterwards, over all steps at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from flowyml.diagnostics import Diagnostic, near
from flowyml.ir import (
    ContextParameter,
    Declared,
    Parameter,
    PipelineIR,
    StepNode,
    SubPipeline,
    Unbound,
)
from flowyml.passes.name_steps import name_steps
from flowyml.passes.places import at, at_step, declared, lookup


def compose(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Replace every sub-pipeline by its steps, and number all in the order of adding."""
    if not ir.pipelines:
        return ir, ()
    whole: list[tuple[int, StepNode]] = [(declared(step).added, step) for step in ir.steps]
    values = list(ir.parameters)
    found: list[Diagnostic] = []
    for part in ir.pipelines:
        child, diagnostics = _child(part, ir)
        names = _Names.of(part, child)
        found += [*diagnostics, *_problems(part, child, names)]
        whole += [(part.added, _inner(step, part, names)) for step in child.steps]
        values += [_value(value, part) for value in child.parameters]
    steps = [step for _, step in sorted(whole, key=lambda pair: pair[0])]
    found += _taken(steps)
    update = {
        "steps": tuple(_declare(step, added=n) for n, step in enumerate(steps)),
        "pipelines": (),
        "parameters": tuple(values),
    }
    return ir.model_copy(update=update), tuple(found)


def _child(part: SubPipeline, parent: PipelineIR) -> tuple[PipelineIR, list[Diagnostic]]:
    if part.problem:
        return part.ir, [at(part.span, "FML108", part.problem, help="leave it out in one place")]
    named, found = name_steps(part.ir)
    child, more = compose(named)
    problems = [*found, *more]
    if child.fail_fast and not parent.fail_fast:
        problems.append(
            at(
                part.span,
                "FML115",
                f"the sub-pipeline '{part.name}' stops at its first failure (fail_fast=True), and "
                f"the pipeline '{parent.name}' does not",
                help="set fail_fast=True on the whole pipeline, or leave it out of the part",
            )
        )
    return child, problems


@dataclasses.dataclass(frozen=True)
class _Names:
    """What the names of a sub-pipeline are in its parent.

    Attributes:
        prefix: stands before the name of everything that stays inside.
        assets: for each asset, its name in the parent.
        inputs: for each input that was stated, its name in the parent.
        context: the keys of the sub-pipeline's own context.
        closed: whether no other asset of the parent may be read.
    """

    prefix: str
    assets: dict[str, str]
    inputs: dict[str, str]
    context: frozenset[str]
    closed: bool

    @classmethod
    def of(cls, part: SubPipeline, child: PipelineIR) -> _Names:
        prefix = f"{part.name}."
        shown = _shown(part, child)
        return cls(
            prefix=prefix,
            assets={name: shown.get(name, prefix + name) for name in _produced(child)},
            inputs=_stated(part),
            context=frozenset(value.key for value in child.parameters),
            closed=part.inputs is not None,
        )

    def outside(self, name: str) -> tuple[str, bool]:
        """Translate a name that a step asks for, and say whether only the context may answer."""
        if name in self.assets:
            return self.assets[name], False
        if name in self.inputs:
            return self.inputs[name], False
        if name in self.context:
            return self.prefix + name, True
        return name, self.closed


def _produced(ir: PipelineIR) -> dict[str, StepNode]:
    return {name: step for step in ir.steps for name in declared(step).outputs or (step.name,)}


def _wanted(ir: PipelineIR) -> set[str]:
    """Name everything that the steps ask for."""
    wanted = {lookup(p) for s in ir.steps for p in s.reads if isinstance(p.binding, Unbound)}
    for step in ir.steps:
        wish = declared(step)
        wanted |= {*(wish.inputs or ()), *(name for _, name in wish.lookups)}
    return wanted


def _stated(part: SubPipeline) -> dict[str, str]:
    """Map the part's names to the parent's, for the inputs that the user stated."""
    mapping = dict(part.input_mapping)
    names = mapping if part.inputs is None else part.inputs
    return {mapping.get(name, name): name for name in names}


def _shown(part: SubPipeline, child: PipelineIR) -> dict[str, str]:
    """Map the assets that the part hands out to what the parent calls them."""
    mapping = dict(part.output_mapping)
    if part.outputs is not None:
        given = {name: inner for inner, name in mapping.items()}
        return {given.get(name, name): name for name in part.outputs}
    read = _wanted(child)
    ends = {
        name: name
        for name, step in _produced(child).items()
        if name not in read and (declared(step).outputs or not declared(step).returns_nothing)
    }
    return ends | mapping


def _inner(step: StepNode, part: SubPipeline, names: _Names) -> StepNode:
    """Give a step the names that it and what it reads have in the parent."""
    wish = declared(step)
    own = wish.outputs or (step.name,)
    made = tuple(names.assets[name] for name in own)
    update = {
        "name": names.prefix + step.name,
        "group": (part.name, *step.group),
        "parameters": tuple(_asked(p, names) for p in step.parameters),
        "condition_parameters": tuple(_asked(p, names) for p in step.condition_parameters),
    }
    return _declare(
        step.model_copy(update=update),
        outputs=made if wish.outputs or made != (names.prefix + step.name,) else (),
        after=tuple(f"{names.prefix}{name}" for name in wish.after),
        lookups=_lookups(wish, names),
    )


def _asked(parameter: Parameter, names: _Names) -> Parameter:
    binding = parameter.binding
    if not isinstance(binding, Unbound):
        return parameter
    name, context_only = names.outside(lookup(parameter))
    update = {"name": name, "context_only": context_only or binding.context_only}
    return parameter.model_copy(update={"binding": binding.model_copy(update=update)})


def _lookups(wish: Declared, names: _Names) -> tuple[tuple[str, str], ...]:
    inner = {name: name for name in wish.inputs or ()} | dict(wish.lookups)
    return tuple((own, names.outside(name)[0]) for own, name in inner.items())


def _declare(step: StepNode, **changes: object) -> StepNode:
    return step.model_copy(update={"declared": declared(step).model_copy(update=changes)})


def _value(value: ContextParameter, part: SubPipeline) -> ContextParameter:
    return value.model_copy(update={"key": f"{part.name}.{value.key}"})


def _problems(part: SubPipeline, child: PipelineIR, names: _Names) -> list[Diagnostic]:
    """Report each name in `inputs`, `outputs` and the mappings that is not there."""
    made = _produced(child)
    wanted = _wanted(child) - made.keys()
    outputs = _shown(part, child)
    listed = set(part.inputs if part.inputs is not None else dict(part.input_mapping))
    shown = part.outputs if part.outputs is not None else tuple(outputs.values())
    return [
        *_missing(part, "reads no", names.inputs, wanted),
        *_missing(part, "produces no", outputs, made),
        *_missing(part, "has no input", (a for a, _ in part.input_mapping), listed),
        *_missing(part, "hands out no", (b for _, b in part.output_mapping), shown),
    ]


def _missing(
    part: SubPipeline, what: str, names: Iterable[str], known: Iterable[str]
) -> list[Diagnostic]:
    there = set(known)
    return [
        at(
            part.span,
            "FML114",
            f"the sub-pipeline '{part.name}' {what} '{name}'",
            subject=f"'{name}'",
            help=near(name, there) or "leave it out",
        )
        for name in names
        if name not in there
    ]


def _taken(steps: list[StepNode]) -> list[Diagnostic]:
    """Report a step whose own name is what a step in a sub-pipeline is called."""
    inner = {step.name for step in steps if step.group}
    return [
        at_step(
            step,
            "FML112",
            f"step '{step.name}' has the name of a step in a sub-pipeline",
            help="give it another with @step(name=…)",
        )
        for step in steps
        if not step.group and step.name in inner
    ]
