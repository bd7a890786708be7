"""How often a task is tried, in Airflow's own terms."""

from __future__ import annotations

from typing import Any

from flowyml.ir import Retry


def is_native(retry: Retry | None) -> bool:
    """Tell whether Airflow can do the retries of a step that does not run in its worker's process.

    It would try again after any failure: only the worker's process can tell it not to.
    """
    return retry is None or retry.on == ("builtins:Exception",)


def lower_retry(retry: Retry | None) -> dict[str, Any]:
    """State the retries, none included, so that no configuration of a server adds any.

    Airflow: the cap holds only for waits that grow.
    """
    if retry is None or retry.attempts <= 1:
        return {"retries": 0}
    options: dict[str, Any] = {"retries": retry.attempts - 1}
    if retry.backoff == 1:
        cap = retry.delay if retry.max_delay is None else retry.max_delay
        return {**options, "retry_delay": seconds(min(retry.delay, cap))}
    options |= {"retry_delay": seconds(retry.delay), "retry_exponential_backoff": retry.backoff}
    if retry.max_delay is not None:
        options["max_retry_delay"] = seconds(retry.max_delay)
    return options


def seconds(given: float) -> float:
    """Airflow takes seconds; a timedelta would need an import, a line that no step owns."""
    return int(given) if given == int(given) else given
