"""What a run of the tests ends with: how many pipelines each backend was held to, and how."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.conformance.case import said_of
from tests.conformance.cases import CASES

_HELD = re.compile(
    r"tests/conformance/test_\w+\.py::test_\w+"
    r"\[(?P<case>[\w-]+)-(?P<target>(?:local|airflow|kubeflow)[=.\d]*)\]"
)
_GENERATED = re.compile(r"tests/properties/test_(?P<target>airflow|kubeflow)\.py::")
_KINDS = {"passed": "the same", "refused": "refused", "xfailed": "a known gap"}


def lines(stats: Mapping[str, Iterable[Any]]) -> Iterator[str]:
    """Give a line for each backend.

    Args:
        stats: the reports by outcome, as pytest's terminal keeps them.
    """
    found: dict[str, Counter[str]] = {}
    for outcome, reports in stats.items():
        for report in reports:
            if outcome and (title := _title(nodeid := getattr(report, "nodeid", ""))):
                found.setdefault(title, Counter())[_kind(outcome, nodeid)] += 1
    for title, counts in sorted(found.items()):
        yield f"{title}: {', '.join(f'{count} {kind}' for kind, count in counts.items())}"


def _title(nodeid: str) -> str | None:
    if held := _HELD.match(nodeid):
        return f"conformance on {held['target']}"
    generated = _GENERATED.match(nodeid)
    return generated and f"generated pipelines on {generated['target']}"


def _kind(outcome: str, nodeid: str) -> str:
    """Say what became of a test; one of a pipeline that is refused, as stated, is no run."""
    held = _HELD.match(nodeid)
    if held and outcome == "passed":
        case = next(case for case in CASES if case.name == held["case"])
        outcome = "refused" if said_of(held["target"], case.refused) else outcome
    return _KINDS.get(outcome, outcome)
