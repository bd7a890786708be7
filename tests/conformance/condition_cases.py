"""The cases in which steps are skipped."""

from __future__ import annotations

from tests.conformance.case import FAILED, SKIPPED, UPSTREAM, Case

CONDITION_CASES = (
    Case(
        name="conditions",
        assets={
            "deep": 10,
            "deepest": 12,
            "report": "fitted on 5",
            "both": [5, "fitted on 5", 10],
            "check": None,
            "size_seen": 5,
        },
    ),
    Case(
        name="conditions-none",
        module="conditions",
        context={"size": 1},
        states=dict.fromkeys(
            ("train", "refine", "polish", "fit", "compare", "check"),
            SKIPPED,
        ),
        assets={"report": "no model", "size_seen": 1},
    ),
    Case(
        name="conditions-some",
        module="conditions",
        context={"size": 3, "least": 4},
        states={"fit": SKIPPED, "compare": SKIPPED},
        assets={"deepest": 5, "report": "no model", "size_seen": 3},
    ),
    Case(
        name="branches-odd",
        module="branches",
        folder=True,
        states=dict.fromkeys(("train_simple", "even", "end_even"), SKIPPED),
        assets={"asked": ["deep on 3", 1], "halved": 1.5, "ending": "odd 3"},
    ),
    Case(
        name="branches-even",
        module="branches",
        folder=True,
        context={"size": 2},
        states=dict.fromkeys(("train_deep", "odd", "end_odd"), SKIPPED),
        assets={"asked": ["simple on 2", 1], "halved": 1, "ending": "even 2"},
    ),
    Case(
        name="branches-neither",
        module="branches",
        folder=True,
        context={"size": 5, "most": 4},
        states=dict.fromkeys(
            ("train_simple", "take", "odd", "even", "end_even", "end_odd"), SKIPPED
        ),
        assets={"asked": ["deep on 5", 1], "halved": "nothing"},
    ),
    Case(
        name="failing_conditions-skipped",
        module="failing_conditions",
        independent=False,
        states={"fall": SKIPPED, "follow": SKIPPED, "fade": SKIPPED},
        assets={"outlives": "default"},
    ),
    Case(
        name="failing_conditions-alone",
        module="failing_conditions",
        independent=False,
        context={"which": "alone"},
        states={
            "fall": FAILED,
            "follow": UPSTREAM,
            "fade": frozenset({SKIPPED, "NOT_RUN"}),
            "outlive": frozenset({"SUCCEEDED", "NOT_RUN"}),
        },
    ),
    Case(
        name="failing_conditions-outlived",
        module="failing_conditions",
        independent=False,
        context={"which": "outlived"},
        states={
            "fall": frozenset({SKIPPED, "NOT_RUN"}),
            "follow": frozenset({SKIPPED, "NOT_RUN"}),
            "fade": FAILED,
            "outlive": UPSTREAM,
        },
    ),
    Case(
        name="failing_pair",
        states={"train_deep": FAILED, "train_simple": FAILED, "use": UPSTREAM},
    ),
    Case(
        name="skip_and_fail",
        states={
            "skip_early": SKIPPED,
            "fail": FAILED,
            "skip_late": SKIPPED,
            "join_early": UPSTREAM,
            "join_late": UPSTREAM,
            "join_default": UPSTREAM,
        },
    ),
    Case(
        name="skip_and_fail-at-once",
        module="skip_and_fail",
        context={"pause": 0.0},
        states={
            "skip_early": SKIPPED,
            "fail": FAILED,
            "skip_late": SKIPPED,
            "join_early": UPSTREAM,
            "join_late": UPSTREAM,
            "join_default": UPSTREAM,
        },
    ),
    Case(
        name="odd_conditions",
        folder=True,
        states={
            "raises": FAILED,
            "one": FAILED,
            "other": FAILED,
            "reads": UPSTREAM,
            "stay_idle": SKIPPED,
        },
        attempts={"write_once": 2},
        assets={"written": "written at the second try"},
    ),
)
