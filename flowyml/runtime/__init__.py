"""The runtime: run one step anywhere, from a task description and references.

Importing it loads no pydantic: a worker starts for every step, and needs no IR.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flowyml.runtime.caching import Cache, shared_cache
from flowyml.runtime.errors import (
    BindError,
    ChildDiedError,
    DriftError,
    FinalFailure,
    OutputError,
    StepTimeoutError,
)
from flowyml.runtime.outcome import Outcome
from flowyml.runtime.run import run_attempt, run_conditions, run_task
from flowyml.runtime.task import Guard, RetryPolicy, Task, ValueStore
from flowyml.runtime.tracebacks import user_traceback, users_frames
from flowyml.runtime.verdicts import Verdicts

if TYPE_CHECKING:
    from flowyml.frontend.entrypoints import load_function
    from flowyml.runtime.describing import context_types, describe

__all__ = [
    "BindError",
    "Cache",
    "ChildDiedError",
    "DriftError",
    "FinalFailure",
    "Guard",
    "Outcome",
    "OutputError",
    "RetryPolicy",
    "StepTimeoutError",
    "Task",
    "ValueStore",
    "Verdicts",
    "context_types",
    "describe",
    "load_function",
    "run_attempt",
    "run_conditions",
    "run_task",
    "shared_cache",
    "user_traceback",
    "users_frames",
]


_LATE = {
    "context_types": "flowyml.runtime.describing",
    "describe": "flowyml.runtime.describing",
    "load_function": "flowyml.frontend.entrypoints",
}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module 'flowyml.runtime' has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
