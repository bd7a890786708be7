"""What a pipeline means by itself, before anybody hands it values to run with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowyml.diagnostics import CompileError
from flowyml.frontend.trace import trace
from flowyml.ir import to_json
from flowyml.passes import check

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline
    from flowyml.ir import PipelineIR

_A_RUN_MAY_SUPPLY = "FML104"


def meaning(pipeline: Pipeline) -> PipelineIR:
    """Trace and check a pipeline.

    What nothing supplies is no error here: `run(inputs=…)` and `run(context=…)` may. In the IR it
    is a run input, or a context parameter that is required.

    Raises:
        CompileError: what else is wrong with it, all at once.
    """
    checked = check(trace(pipeline))
    if any(error.code != _A_RUN_MAY_SUPPLY for error in checked.errors):
        raise CompileError(checked.diagnostics)
    return checked.ir


def meaning_text(pipeline: Pipeline) -> str:
    """Give what a pipeline means as JSON; see `meaning`."""
    return to_json(meaning(pipeline))
