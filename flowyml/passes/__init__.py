"""The passes: pure functions from IR to IR and diagnostics, in the order of one tuple."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from flowyml.diagnostics import CompileError, Diagnostic
from flowyml.frozen import dataclass
from flowyml.ir import PipelineIR
from flowyml.passes.bind_context import bind_context
from flowyml.passes.check_fallbacks import check_fallbacks
from flowyml.passes.check_pairs import check_pairs
from flowyml.passes.check_schedule import check_schedule
from flowyml.passes.check_types import check_types
from flowyml.passes.compose import compose
from flowyml.passes.declare_outputs import declare_outputs
from flowyml.passes.name_steps import name_steps
from flowyml.passes.order_steps import order_steps
from flowyml.passes.seal import seal
from flowyml.passes.wire_assets import wire_assets
from flowyml.passes.wire_order import wire_order
from flowyml.passes.wire_skips import wire_skips

Pass: TypeAlias = Callable[[PipelineIR], tuple[PipelineIR, tuple[Diagnostic, ...]]]

PASSES: tuple[Pass, ...] = (
    name_steps,
    compose,
    declare_outputs,
    wire_assets,
    bind_context,
    check_fallbacks,
    wire_order,
    check_types,
    check_schedule,
    order_steps,
    wire_skips,
    check_pairs,
    seal,
)


@dataclass(frozen=True, kw_only=True)
class CheckedIR:
    """What the passes made of an IR, and all that they had to say.

    With errors among the diagnostics the IR is only good for more diagnostics.
    """

    ir: PipelineIR
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that keep the pipeline from running or compiling."""
        return tuple(d for d in self.diagnostics if d.severity == "error")


def check(ir: PipelineIR) -> CheckedIR:
    """Run every pass and collect every diagnostic."""
    found: list[Diagnostic] = []
    for each in PASSES:
        ir, diagnostics = each(ir)
        found.extend(diagnostics)
    return CheckedIR(ir=ir, diagnostics=tuple(found))


def build(ir: PipelineIR) -> PipelineIR:
    """Check an IR that the trace made.

    Returns:
        The checked IR: named, wired, bound, typed and ordered.

    Raises:
        CompileError: everything that is wrong with it.
    """
    checked = check(ir)
    if checked.errors:
        raise CompileError(checked.diagnostics)
    return checked.ir
