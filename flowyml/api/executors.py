"""What `Pipeline(executor=…)` takes."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

from flowyml.diagnostics import near

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
    elif executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor= takes {_instead(executor)}")
    return executor


def _instead(found: Any) -> str:
    kind, is_client = type(found).__name__, hasattr(found, "get_executor")  # Dask's
    if isinstance(found, type) and issubclass(found, Executor):
        return f"an executor, not its class: write {found.__name__}(…)"
    if is_client:
        return f"an executor, not a {kind}: write {kind.lower()}.get_executor()"
    return f"'thread', 'process' or a concurrent.futures.Executor, not {kind}"
