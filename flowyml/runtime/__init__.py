"""The runtime: run one step anywhere, from a task description and references.

Importing it loads no pydantic: a worker starts for every step, and needs no IR.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowyml.frontend.entrypoints import load_function
    from flowyml.runtime.caching import Cache, shared_cache
    from flowyml.runtime.describing import context_types, describe, tasks
    from flowyml.runtime.errors import (
        BindError,
        ChildDiedError,
        DriftError,
        ExitedError,
        FinalFailure,
        NestedError,
        NotThereError,
        OutputError,
        StepTimeoutError,
        UnsendableError,
    )
    from flowyml.runtime.outcome import Outcome, remarks
    from flowyml.runtime.run import run_attempt, run_conditions, run_task
    from flowyml.runtime.task import CACHE, STORE, Guard, RetryPolicy, Task, ValueStore
    from flowyml.runtime.tracebacks import user_traceback, users_frames
    from flowyml.runtime.verdicts import Verdicts

__all__ = [
    "CACHE",
    "STORE",
    "BindError",
    "Cache",
    "ChildDiedError",
    "DriftError",
    "ExitedError",
    "FinalFailure",
    "Guard",
    "NestedError",
    "NotThereError",
    "Outcome",
    "OutputError",
    "RetryPolicy",
    "StepTimeoutError",
    "Task",
    "UnsendableError",
    "ValueStore",
    "Verdicts",
    "context_types",
    "describe",
    "load_function",
    "remarks",
    "run_attempt",
    "run_conditions",
    "run_task",
    "shared_cache",
    "tasks",
    "user_traceback",
    "users_frames",
]


_HOMES = {
    "flowyml.frontend.entrypoints": ("load_function",),
    "flowyml.runtime.caching": ("Cache", "shared_cache"),
    "flowyml.runtime.describing": ("context_types", "describe", "tasks"),
    "flowyml.runtime.errors": (
        "BindError",
        "ChildDiedError",
        "DriftError",
        "ExitedError",
        "FinalFailure",
        "NestedError",
        "NotThereError",
        "OutputError",
        "StepTimeoutError",
        "UnsendableError",
    ),
    "flowyml.runtime.outcome": ("Outcome", "remarks"),
    "flowyml.runtime.run": ("run_attempt", "run_conditions", "run_task"),
    "flowyml.runtime.task": ("CACHE", "STORE", "Guard", "RetryPolicy", "Task", "ValueStore"),
    "flowyml.runtime.tracebacks": ("user_traceback", "users_frames"),
    "flowyml.runtime.verdicts": ("Verdicts",),
}
_PLACES = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load what is asked for: a compiler describes steps, and runs none."""
    if name not in _PLACES:
        raise AttributeError(f"module 'flowyml.runtime' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
