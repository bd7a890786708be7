"""Where runs happen, and where they keep what they make: `Pipeline(executor=…, stack=…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowyml.diagnostics import near

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from flowyml.stacks import LocalStack, Stack

WORDS = ("thread", "process")


def checked_executor(executor: Executor | str | None) -> Executor | str | None:
    """Check an executor; one that is shut down shows only when it is used.

    Raises:
        TypeError: neither an executor nor a word.
        ValueError: an unknown word; says what is near.
    """
    if isinstance(executor, str):
        if executor not in WORDS:
            raise ValueError(f"unknown executor '{executor}'; {near(executor, WORDS)}")
    elif executor is not None:
        from concurrent.futures import Executor

        if not isinstance(executor, Executor):
            raise TypeError(f"executor= takes {_instead(executor)}")
    return executor


def checked_stack(stack: LocalStack | Stack | str | None) -> LocalStack | Stack | str | None:
    """Check a stack; whether there is one of that name shows only when it is used.

    Raises:
        TypeError: neither a stack nor the name of one.
        ValueError: an empty name.
    """
    if stack is not None and not isinstance(stack, str):
        from flowyml.stacks import LocalStack, Stack

        if not isinstance(stack, LocalStack | Stack):
            wanted = "a LocalStack, a Stack or the name of one"
            raise TypeError(f"stack= takes {wanted}, not {type(stack).__name__}")
    if stack == "":
        raise ValueError("stack= must not be empty")
    return stack


def _instead(found: Any) -> str:
    kind, is_client = type(found).__name__, hasattr(found, "get_executor")  # Dask's
    from concurrent.futures import Executor

    if isinstance(found, type) and issubclass(found, Executor):
        return f"an executor, not its class: write {found.__name__}(…)"
    if is_client:
        return f"an executor, not a {kind}: write {kind.lower()}.get_executor()"
    return f"'thread', 'process' or a concurrent.futures.Executor, not {kind}"
