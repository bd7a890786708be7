"""Everything that there is to say about a pipeline for some targets, in one go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from flowyml.passes import CheckedIR
from flowyml.passes import check as run_passes
from flowyml.review.advice import advice
from flowyml.review.settings import mistakes
from flowyml.review.targets import Target, refuse_unknown

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


def check(
    pipeline: Pipeline,
    targets: Sequence[Target] = (),
    allow: Collection[str] = (),
    inputs: Collection[str] = (),
) -> CheckedIR:
    """Trace and check a pipeline, and ask each target what it has to say.

    Args:
        pipeline: the user's object.
        targets: what it shall be compiled for; none checks what holds everywhere.
        allow: codes or constructs whose difference in meaning is accepted.
        inputs: names of the values that a run would be given.

    Returns:
        The checked IR and every diagnostic once: first what holds everywhere, then by target.

    Raises:
        UsageError: something unknown is allowed.
    """
    from flowyml.frontend.trace import trace

    refuse_unknown(allow)
    checked = run_passes(trace(pipeline, inputs=tuple(inputs)))
    found = dict.fromkeys((*checked.diagnostics, *mistakes(checked.ir, targets)))
    for target in targets:
        said = target.backend.diagnose(checked.ir, target.options(allow, checked.ir))
        # Where no inputs are given, a name that seems to be one is missing (FML104, said already).
        found |= dict.fromkeys(each for each in said if inputs or each.code != "FML309")
    found |= dict.fromkeys(advice(checked.ir, targets))
    return CheckedIR(ir=checked.ir, diagnostics=tuple(found))
