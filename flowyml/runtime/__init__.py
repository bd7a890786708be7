"""The runtime: run one step anywhere, from a task description and references."""

from flowyml.runtime.errors import BindError, DriftError, OutputError
from flowyml.runtime.outcome import Outcome
from flowyml.runtime.run import run_attempt, run_task, user_traceback
from flowyml.runtime.task import RetryPolicy, Task, ValueStore, describe

__all__ = [
    "BindError",
    "DriftError",
    "Outcome",
    "OutputError",
    "RetryPolicy",
    "Task",
    "ValueStore",
    "describe",
    "load_function",
    "run_attempt",
    "run_task",
    "user_traceback",
]


def __getattr__(name: str) -> object:
    if name == "load_function":
        from flowyml.frontend.entrypoints import load_function

        return load_function
    raise AttributeError(f"module 'flowyml.runtime' has no attribute {name!r}")
