"""Say what every step produces, with types (docs/semantics.md §1.2, §1.5)."""

from __future__ import annotations

from collections.abc import Iterable

from flowyml.diagnostics import Diagnostic
from flowyml.ir import Output, PipelineIR, StepNode, TypeIR, unchecked
from flowyml.passes.places import at_step, declared, written

_output = unchecked(Output)


def declare_outputs(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Turn declared names into outputs; without any, the value has the step's name."""
    steps = tuple(step.model_copy(update={"outputs": _outputs(step)}) for step in ir.steps)
    found = [d for step in steps for d in (_repeated(step), _count(step), _empty(step)) if d]
    return ir.model_copy(update={"steps": steps}), (*found, *_second_producers(steps))


def _outputs(step: StepNode) -> tuple[Output, ...]:
    names = declared(step).outputs or (step.name,)
    returns = declared(step).returns
    if len(names) == 1:
        return (_output(name=names[0], type=returns),)
    types = _parts(returns)
    if len(types) != len(names):
        types = (None,) * len(names)
    return tuple(_output(name=n, type=t) for n, t in zip(names, types, strict=True))


def _parts(returns: TypeIR | None) -> tuple[TypeIR | None, ...]:
    return returns.args if returns and _is_fixed_tuple(returns) else ()


def _is_fixed_tuple(type_: TypeIR) -> bool:
    return type_.name == "builtins.tuple" and bool(type_.args) and type_.args[-1].name != "..."


def _count(step: StepNode) -> Diagnostic | None:
    names, returns = declared(step).outputs, declared(step).returns
    if len(names) < 2 or returns is None or not _is_fixed_tuple(returns):
        return None
    if len(returns.args) == len(names):
        return None
    return at_step(
        step,
        "FML202",
        f"step '{step.name}' declares {len(names)} outputs and is annotated to return "
        f"{len(returns.args)} values ({returns})",
        help="declare one output a value, or correct the annotation",
    )


def _repeated(step: StepNode) -> Diagnostic | None:
    names = declared(step).outputs
    twice = next((name for n, name in enumerate(names) if name in names[:n]), None)
    if twice is None:
        return None
    return at_step(
        step,
        "FML103",
        f"step '{step.name}' declares the output '{twice}' twice",
        help="give each output a name of its own",
    )


def _empty(step: StepNode) -> Diagnostic | None:
    if all(name.strip() for name in declared(step).outputs):
        return None
    return at_step(
        step,
        "FML112",
        f"step '{step.name}' declares an output with an empty name",
        help="name it",
    )


def _second_producers(steps: tuple[StepNode, ...]) -> list[Diagnostic]:
    first: dict[str, StepNode] = {}
    pairs: dict[str, StepNode] = {}
    found: list[Diagnostic] = []
    for step in steps:
        for name in dict.fromkeys(output.name for output in step.outputs):
            one = first.setdefault(name, step)
            if one is step or declared(step).repeats:
                continue
            if complementary(one, step) and pairs.setdefault(name, step) is step:
                continue
            found.append(_second_producer(step, name, one))
    return found


def complementary_pairs(steps: Iterable[StepNode]) -> list[tuple[StepNode, StepNode]]:
    """Give the pairs of steps that share outputs because one of the two runs."""
    first: dict[str, StepNode] = {}
    found: dict[str, tuple[StepNode, StepNode]] = {}
    for step in steps:
        for output in step.outputs:
            one = first.setdefault(output.name, step)
            if one is not step and complementary(one, step):
                found[step.name] = one, step
    return list(found.values())


def complementary(one: StepNode, other: StepNode) -> bool:
    """Tell whether exactly one of two steps runs: one predicate, once `when` and once `unless`."""
    if len(one.when) != 1 or len(other.when) != 1 or one.group != other.group:
        return False
    same = declared(one).predicates == declared(other).predicates
    return same and one.when[0].negate != other.when[0].negate


def _second_producer(step: StepNode, name: str, first: StepNode) -> Diagnostic:
    conditional = bool(step.when or first.when)
    return at_step(
        step,
        "FML103",
        f"step '{step.name}' produces '{name}', which {written(first)} produces already",
        subject=f"output '{name}'",
        help="two steps can share an output if exactly one of them runs: name the predicate and "
        "use it in both, once with @when and once with @unless, as their only condition"
        if conditional
        else "an asset has one producer; rename one of the two outputs"
        + (", with output_mapping= of add_sub_pipeline()" if step.group else ""),
    )
