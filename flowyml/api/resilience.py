"""`retry` and `on_failure`: what happens when a step fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flowyml.api import readable
from flowyml.api.step import mark

T = TypeVar("T", bound=Callable[..., Any])


class RetrySpec(NamedTuple):
    """At most `max_attempts` in all; the k-th wait is `min(delay·backoff^(k-1), max_delay)` s."""

    max_attempts: int
    delay: float
    backoff: float
    max_delay: float
    on: tuple[type[BaseException], ...]


def retry(
    max_attempts: int = 3,
    *,
    delay: float = 1.0,
    backoff: float = 2.0,
    max_delay: float = 60.0,
    on: type[BaseException] | tuple[type[BaseException], ...] = (Exception,),
) -> Callable[[T], T]:
    """Try a step again when it fails.

    Args:
        max_attempts: attempts in all, the first one included.
        delay: seconds before the second attempt.
        backoff: each further wait is so many times the one before.
        max_delay: no wait is longer, in seconds.
        on: the exceptions worth another attempt; any other is final.

    Raises:
        TypeError: an argument of the wrong type.
        ValueError: fewer than one attempt, or a negative number.
    """
    if callable(max_attempts):
        raise TypeError("@retry has to be called: write @retry() or @retry(max_attempts=3)")
    if isinstance(max_attempts, bool) or not isinstance(max_attempts, int):
        raise TypeError(f"@retry: max_attempts= takes a whole number, not {max_attempts!r}")
    if max_attempts < 1:
        raise ValueError(f"@retry: max_attempts={max_attempts}; a step is tried at least once")
    spec = RetrySpec(
        max_attempts,
        seconds("@retry: delay", delay),
        seconds("@retry: backoff", backoff),
        seconds("@retry: max_delay", max_delay),
        _exceptions(on),
    )
    return mark("@retry", retry=spec)


def on_failure(fallback: Callable[..., Any]) -> Callable[[T], T]:
    """Call a function when the last attempt of a step failed; what it returns is the output.

    It is called with the step's own arguments, and with the exception if it has a parameter
    `error`. The step counts as SUCCEEDED, marked recovered. If the fallback raises too, the step
    has FAILED with both errors.

    Raises:
        TypeError: not a function.
    """
    if not callable(fallback):
        raise TypeError(f"@on_failure takes a function, not {type(fallback).__name__}")
    readable("@on_failure", fallback)
    return mark("@on_failure", fallback=fallback)


def seconds(name: str, value: float) -> float:
    """Check a number that must not be negative.

    Raises:
        TypeError: not a number.
        ValueError: negative, infinite or no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name}= takes a number, not {value!r}")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name}={value} must be a number that is not negative")
    return float(value)


def _exceptions(
    on: type[BaseException] | tuple[type[BaseException], ...],
) -> tuple[type[BaseException], ...]:
    kinds = on if isinstance(on, tuple) else (on,)
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise TypeError(f"@retry: on= takes exception classes, not {kind!r}")
    return kinds
