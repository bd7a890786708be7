"""The page's "Error Handling"; three attempts, with one and two seconds between them."""

from __future__ import annotations

from flowyml import Pipeline, on_failure, retry, step


def fallback_function():
    return "yesterday's data"


def fetch_external_data():
    raise ConnectionError("no answer")


@step
@retry(max_attempts=3, backoff=2.0)
@on_failure(fallback_function)
def flaky_step():
    return fetch_external_data()


pipeline = Pipeline("seed_error_handling").add_step(flaky_step)
