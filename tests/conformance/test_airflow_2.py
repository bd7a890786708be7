"""Airflow 2.11 is a backend of its own: every case, in an environment that holds that version.

`make airflow-2.11` sets the environment up, as CI does; without it the cases are skipped. They are
in a file of their own so that they run beside those of the newest Airflow.
"""

from __future__ import annotations

import pytest

from tests.conformance.holding import does_the_same, params
from tests.conformance.runs import OLD_AIRFLOW

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("case", "target"), params(OLD_AIRFLOW))
def test_what_was_compiled_does_the_same(runs, case, target):
    does_the_same(runs, case, target)
