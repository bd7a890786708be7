"""What each version of Airflow supports: the table that documentation and diagnostics read."""

from __future__ import annotations

from flowyml.backend import Capabilities, Support
from flowyml_airflow.dialects import DIALECTS, Dialect

_NATIVE = Support(grade="native")

# Airflow's own DAG(fail_fast=True) will not do: it skips the tasks behind a failed one, so that the
# leaves are skipped rather than failed, and the run counts as a success (seen on 3.3.2).
_COMMON: Capabilities = {
    "step": _NATIVE,
    "asset": _NATIVE,
    "context": _NATIVE,
    "limits": _NATIVE,
    "run_date": _NATIVE,
    "after": _NATIVE,
    "retry": _NATIVE,
    "backoff": _NATIVE,
    "when": _NATIVE,
    "optional": _NATIVE,
    "complementary": Support(
        grade="emulated", note="one task asks the predicate, and the tasks of both steps obey"
    ),
    "dynamic": Support(grade="emulated", note="one task runs the pipeline that it builds"),
    "map": _NATIVE,
    "sub_pipeline": _NATIVE,
    "fallback": Support(
        grade="emulated",
        note="the task calls it on its last try; a worker that is lost cannot fall back",
    ),
    "timeout": Support(
        grade="emulated", note="the task runs the step in a process of its own and ends it"
    ),
    "cache": Support(
        grade="emulated",
        note="the task looks where FLOWYML_CACHE says, else in the stack's artifact_store; without "
        "either every run runs the step",
    ),
    "schedule": _NATIVE,
    "triggered": _NATIVE,
    "independent": _NATIVE,
    "fail_fast": Support(
        grade="emulated",
        note="each task asks Airflow whether one of its run has failed, and skips itself then",
    ),
    "image": _NATIVE,
    "resources": _NATIVE,
    "input": Support(grade="refused", note="a DAG run has nobody who would hand a value over"),
}
_DOUBLING = Support(
    grade="degraded",
    note="Airflow before 3.2 doubles each wait, and knows no other factor; the number of attempts "
    "and the longest wait stay; use backoff=2, or airflow==3.2 or later",
)
_CRON_ALONE = Support(
    grade="native",
    note="but an interval is refused: Airflow before 2.11 has no timetable for runs that are due "
    "every so often; give a cron expression",
)


def _table(dialect: Dialect) -> Capabilities:
    table = dict(_COMMON)
    if not dialect.any_backoff:
        table["backoff"] = _DOUBLING
    if not dialect.intervals:
        table["schedule"] = _CRON_ALONE
    return table


CAPABILITIES = {version: _table(dialect) for version, dialect in DIALECTS.items()}
"""By target version, the default first."""

WHOLE = (
    "one task works on all items where the step has fail_fast, a fallback or more than one attempt"
)
"""What the ledger says of a map task that cannot be tasks of Airflow's own."""

JITTER = "Airflow lengthens waits that grow (backoff) by a jitter, to at most twice their length"
"""What the ledger says of a step whose waits grow; how often it is tried stays the same."""

APART_MAP = "one task works on all items of a map task that does not run in the worker's process"
"""What the ledger says of a map task in a container or another Python."""

APART_RETRY = (
    "retries after some exceptions only happen within the task, if that does not run in the "
    "worker's process; a container that is lost is not tried again"
)
"""What the ledger says of `@retry(on=…)` on such a step."""

WEIGHT = "Docker takes the cores that a step needs as a weight among containers, not as a limit"
"""What the ledger says of a step in a container on the worker's machine."""
