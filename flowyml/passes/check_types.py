"""Compare what a producer gives with what its consumers expect (docs/semantics.md §1.7)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import FromAsset, Output, Parameter, PipelineIR, StepNode, TypeIR
from flowyml.passes.compatible import Verdict, compatible
from flowyml.passes.places import at_step, written

_NO_LISTS = frozenset({
    "None", "builtins.bool", "builtins.bytes", "builtins.complex", "builtins.dict",
    "builtins.float", "builtins.frozenset", "builtins.int", "builtins.set", "builtins.str",
    "pandas.DataFrame", "polars.DataFrame", "pyarrow.Table",
})  # fmt: skip
"""What a map task refuses at run time, as it has no items, or none in an order."""


def check_types(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Report each edge whose types cannot match, and warn of each whose types may not."""
    outputs: dict[str, list[tuple[StepNode, Output]]] = {}
    for step in ir.steps:
        for output in step.outputs:
            outputs.setdefault(output.name, []).append((step, output))
    found: list[Diagnostic] = []
    for step in ir.steps:
        for parameter in step.reads:
            if isinstance(parameter.binding, FromAsset):
                for producer, output in outputs[parameter.binding.output]:
                    found += _edge(producer, output, step, parameter)
    return ir, tuple(found)


def _edge(
    producer: StepNode, output: Output, step: StepNode, parameter: Parameter
) -> list[Diagnostic]:
    if output.type is not None and parameter is _items(step) and _is_no_list(output.type):
        return [_no_list(producer, output.type, step, parameter)]
    if output.type is None or parameter.type is None:
        return []
    verdict = compatible(output.type, parameter.type)
    if verdict is Verdict.YES:
        return []
    sure = verdict is Verdict.NO
    return [
        at_step(
            step,
            "FML201",
            f"step '{step.name}' expects {parameter.type} for '{parameter.name}', and "
            f"{written(producer)} {'gives' if sure else 'may give something else:'} {output.type}",
            severity="error" if sure else "warning",
            subject=f"parameter '{parameter.name}'",
            help="change one of the two annotations, or convert the value in a step between them",
        )
    ]


def _items(step: StepNode) -> Parameter | None:
    """Give the parameter of a map task that is bound to all items; it has no type of its own."""
    return step.parameters[0] if step.map is not None and step.parameters else None


def _is_no_list(given: TypeIR) -> bool:
    if given.name == "union":
        return all(map(_is_no_list, given.args))
    return given.name in _NO_LISTS


def _no_list(producer: StepNode, given: TypeIR, step: StepNode, parameter: Parameter) -> Diagnostic:
    return at_step(
        step,
        "FML201",
        f"map task '{step.name}' works on the items of a list, and {written(producer)} gives "
        f"{given} for '{parameter.name}'",
        subject=f"parameter '{parameter.name}'",
        help="make a list of it in the step before",
    )
