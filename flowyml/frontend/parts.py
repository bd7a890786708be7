"""Predicates and fallbacks: functions that workers reach through their step.

Their entrypoint is the step's with a part behind it, `m:train#when[0]`, so that lambdas and
functions without a name of their own are fine (docs/semantics.md §0.3).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from flowyml.frontend.entrypoints import describe_function
from flowyml.frontend.memo import Memo
from flowyml.ir import Function


def describe_part(
    function: Callable[..., Any], step: Any, part: str, memo: Memo | None = None
) -> Function:
    """Describe a function that belongs to a step.

    Args:
        function: the predicate or fallback.
        step: the Step.
        part: `when[0]` or `fallback`.
        memo: what is known already.
    """
    own = describe_function(function, memo=memo)
    owner = describe_function(step.function, step=step, memo=memo)
    problem = owner.problem or _unreachable(owner.entrypoint, step)
    return own.model_copy(update={"entrypoint": f"{owner.entrypoint}#{part}", "problem": problem})


def _unreachable(entrypoint: str, step: object) -> str | None:
    module, _, qualname = entrypoint.partition(":")
    found: object = sys.modules.get(module) or sys.modules.get("__main__")
    for name in qualname.split("."):
        found = getattr(found, name, None)
    if found is step:
        return None
    return f"'{entrypoint}' is not the step that it belongs to; bind the step to that name"
