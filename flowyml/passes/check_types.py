"""Compare what a producer gives with what its consumers expect (docs/semantics.md §1.7)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import FromAsset, Output, Parameter, PipelineIR, StepNode
from flowyml.passes.compatible import Verdict, compatible
from flowyml.passes.places import at_step, written


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
