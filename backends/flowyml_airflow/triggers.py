"""Trigger rules, computed from the graph.

Airflow's default, `all_success`, skips a task as soon as one that it needs is skipped, even if
another one fails later, and then the run is green. So a task behind a possible skip waits until
all that it needs has ended; failure comes first (docs/semantics.md §3), and the worker decides what
a missing input means. Nothing is ever skipped by Airflow's own short circuits.
"""

from __future__ import annotations

from collections.abc import Collection

from flowyml.ir import StepNode, needs


def trigger_rule(step: StepNode, skippable: Collection[str]) -> dict[str, str]:
    """Give the option that states a task's trigger rule; nothing where the default will do.

    Args:
        step: the step, or what asks its conditions.
        skippable: the steps that may be skipped, as `may_be_skipped` of the passes names them.
    """
    behind = any(name in skippable for name in needs(step))
    return {"trigger_rule": "none_failed"} if behind else {}
