"""An exception that the retry policy does not name is final."""

from __future__ import annotations

from flowyml import Pipeline, retry, step


@step
@retry(max_attempts=3, delay=0, on=ConnectionError)
def asks():
    raise KeyError("not worth another attempt")


pipeline = Pipeline("final_failure").add_step(asks)
