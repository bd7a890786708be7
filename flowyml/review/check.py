"""Everything that there is to say about a pipeline for some targets, in one go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from flowyml.passes import CheckedIR
from flowyml.passes import check as run_passes
from flowyml.review.targets import Target, refuse_unknown

if TYPE_CHECKING:
    from flowyml.api.pipeline import Pipeline


def check(
    pipeline: Pipeline, targets: Sequence[Target] = (), allow: Collection[str] = ()
) -> CheckedIR:
    """Trace and check a pipeline, and ask each target what it has to say.

    Args:
        pipeline: the user's object.
        targets: what it shall be compiled for; none checks what holds everywhere.
        allow: codes or constructs whose difference in meaning is accepted.

    Returns:
        The checked IR and every diagnostic once: first what holds everywhere, then by target.

    Raises:
        UsageError: something unknown is allowed.
    """
    from flowyml.frontend.trace import trace

    refuse_unknown(allow)
    checked = run_passes(trace(pipeline))
    found = dict.fromkeys(checked.diagnostics)
    for target in targets:
        found |= dict.fromkeys(target.backend.diagnose(checked.ir, target.options(allow)))
    return CheckedIR(ir=checked.ir, diagnostics=tuple(found))
