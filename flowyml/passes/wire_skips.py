"""Say what may be skipped, and which readers do without it (docs/semantics.md §3)."""

from __future__ import annotations

from flowyml.diagnostics import Diagnostic
from flowyml.ir import FromAsset, Parameter, PipelineIR, StepNode
from flowyml.passes.declare_outputs import complementary_pairs


def wire_skips(ir: PipelineIR) -> tuple[PipelineIR, tuple[Diagnostic, ...]]:
    """Keep `optional` only where the producer may be skipped, and name shared predicates.

    The steps are in topological order, so that whatever a step reads is decided before it.
    """
    pairs = _pairs(ir)
    absent = _Absent()
    steps: list[StepNode] = []
    for step in ir.steps:
        decided = _named(_decided(step, absent), pairs)
        absent.note(decided)
        steps.append(decided)
    return ir.model_copy(update={"steps": tuple(steps)}), ()


def may_be_skipped(ir: PipelineIR) -> frozenset[str]:
    """Name the steps of a checked IR that a condition, their own or another's, may skip."""
    absent = _Absent()
    for step in ir.steps:
        absent.note(step)
    return frozenset(absent.skipped)


class _Absent:
    """Which steps may be skipped, noted in topological order."""

    def __init__(self) -> None:
        self.skipped: set[str] = set()
        self._by_another: set[str] = set()

    def note(self, step: StepNode) -> None:
        if any(self.skips(parameter) for parameter in step.reads):
            self._by_another.add(step.name)
        if step.when or step.name in self._by_another:
            self.skipped.add(step.name)

    def asset(self, binding: FromAsset) -> bool:
        """Tell whether an asset may be missing; of complementary producers one runs."""
        if binding.otherwise is None:
            return binding.step in self.skipped
        return not self._by_another.isdisjoint((binding.step, binding.otherwise))

    def skips(self, parameter: Parameter) -> bool:
        """Tell whether a skipped producer of what a parameter reads skips the reader."""
        binding = parameter.binding
        return isinstance(binding, FromAsset) and not binding.optional and self.asset(binding)


def _decided(step: StepNode, absent: _Absent) -> StepNode:
    update = {
        "parameters": tuple(_needed(p, absent) for p in step.parameters),
        "condition_parameters": tuple(_needed(p, absent) for p in step.condition_parameters),
    }
    return step.model_copy(update=update)


def _needed(parameter: Parameter, absent: _Absent) -> Parameter:
    binding = parameter.binding
    if not isinstance(binding, FromAsset) or not binding.optional or absent.asset(binding):
        return parameter
    return parameter.model_copy(update={"binding": binding.model_copy(update={"optional": False})})


def _pairs(ir: PipelineIR) -> dict[str, str]:
    """Map each of two complementary producers to the name that their predicate gets."""
    found: dict[str, str] = {}
    for one, other in complementary_pairs(ir.steps):
        shared = f"{min(one.name, other.name)}#when[0]"
        found |= {one.name: shared, other.name: shared}
    return found


def _named(step: StepNode, pairs: dict[str, str]) -> StepNode:
    if step.name not in pairs:
        return step
    predicate = step.when[0].model_copy(update={"shared": pairs[step.name]})
    return step.model_copy(update={"when": (predicate,)})
