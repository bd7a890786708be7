"""What a failure that stops a run leaves open (docs/semantics.md §3, §6).

Which steps had started when one failed is a matter of time, so two runs may end differently, and
both be right. This says where; everything else is determined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flowyml.backend import Trace
from flowyml.engine.schedule import unstarted
from flowyml.ir import PipelineIR, StepNode, dependents, needs
from flowyml.review.targets import Target
from flowyml.storage.records import State

_RAN = frozenset({"SUCCEEDED", "CACHED", "FAILED"})


def stops(ir: PipelineIR, target: Target | None = None) -> bool:
    """Tell whether no step starts once one has failed: by `fail_fast`, or because the target does.

    Args:
        ir: the checked IR.
        target: where it runs; None is here.
    """
    if ir.fail_fast or target is None:
        return ir.fail_fast
    support = target.backend.capabilities(target.version).get("independent")
    return support is not None and support.grade == "degraded"


def undetermined(ir: PipelineIR, first: Trace, second: Trace) -> frozenset[str]:
    """Name the steps that may have ended differently in two runs that a failure stopped.

    That is a step which one of the runs did not start because it had stopped, and a step for which
    the needs decided, of which one is such a step. Nothing else may differ, and nothing may in a
    run that did not fail.

    Args:
        ir: the checked IR of both.
        first: one run.
        second: another one.
    """
    found: set[str] = set()
    if first.success or second.success:
        return frozenset()
    one, other = _Stopped(ir, first), _Stopped(ir, second)
    for step in ir.steps:  # each after those that it needs
        left = one.left(step) or other.left(step)
        decided = not found.isdisjoint(needs(step)) and (one.decides(step) or other.decides(step))
        if (left or decided) and one.explains(step) and other.explains(step):
            found.add(step.name)
    return frozenset(found)


class _Stopped:
    """One run, and what in it follows from the rest of it."""

    def __init__(self, ir: PipelineIR, trace: Trace) -> None:
        self._users: Mapping[str, tuple[str, ...]] = dependents(ir)
        self._states: Mapping[str, State] = cast(
            "Any", {n: s.state for n, s in trace.steps.items()}
        )

    def left(self, step: StepNode) -> bool:
        return self._states.get(step.name) == "NOT_RUN"

    def decides(self, step: StepNode) -> bool:
        """Tell whether what a step needs keeps it from starting."""
        return unstarted(step, self._states) is not None

    def explains(self, step: StepNode) -> bool:
        """Tell whether a step's state is one that it may have beside the states of the others."""
        state = self._states.get(step.name)
        kept = unstarted(step, self._states)
        if kept is not None:
            return state == kept
        if state == "NOT_RUN":
            return _RAN.isdisjoint(self._states.get(name) for name in self._users[step.name])
        waiting = any(self._states.get(name) == "NOT_RUN" for name in needs(step))
        return not waiting and state in (*_RAN, "SKIPPED")
