"""What every test shares: tests that need Airflow are skipped, with the reason, where it is not."""

from __future__ import annotations

import signal
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(  # neither luck nor the clock
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

# A shell lets what it starts with `&` ignore Ctrl-C, and that passes on to the processes of tests,
# some of which are about nothing else.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter):
    """End with how many pipelines each backend was held to."""
    from tests.closing import lines

    for line in lines(terminalreporter.stats):
        terminalreporter.write_line(line)


def pytest_collection_modifyitems(items):
    if find_spec("airflow") is not None:
        return
    reason = "Apache Airflow is not installed here: pip install 'flowyml[airflow]'"
    for item in items:
        if item.get_closest_marker("airflow"):
            item.add_marker(pytest.mark.skip(reason=reason))
