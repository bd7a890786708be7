"""Cases of map tasks: whole, in part, empty, over what was skipped or failed (semantics §3)."""

from __future__ import annotations

from tests.conformance.case import FAILED, SKIPPED, UPSTREAM, Case

MAP_CASES = (
    Case(
        name="mapping",
        folder=True,
        states=dict.fromkeys(("skipped", "over_nothing", "guarded"), SKIPPED),
        attempts={"always_fails": 2},
        recovered=frozenset({"always_fails"}),
        items={
            "multiply": (4, 4),
            "pair": (4, 4),
            "capitalise": (2, 2),
            "halve": (2, 4),
            "can_do_without": (4, 4),
            "second_time": (4, 4),
            "always_fails": (0, 4),
        },
        assets={
            "seen": [
                [0, None, 1, None],
                ["ValueError: 1 is odd", "ValueError: 3 is odd"],
                [(1, "1!"), (11, "11!"), (21, "21!"), (31, "31!")],
                ["ONE", "TWO"],
            ],
            "told": [[[0, None], [1, None], [2, None], [3, None]], "nothing"],
            "saved": [["MapTaskError", 4], [0, 1, 2, 3]],
        },
    ),
    Case(
        name="mapping-empty",
        module="mapping",
        folder=True,
        context={"count": 0, "words": []},
        states=dict.fromkeys(("skipped", "over_nothing", "guarded"), SKIPPED),
        items=dict.fromkeys(
            (
                "multiply",
                "pair",
                "capitalise",
                "halve",
                "can_do_without",
                "second_time",
                "always_fails",
            ),
            (0, 0),
        ),
        assets={"seen": [[], [], [], []], "told": [[], "nothing"], "saved": [[], []]},
    ),
    Case(
        name="failing_maps",
        states={
            "broken": FAILED,
            "too_few": FAILED,
            "behind_failure": UPSTREAM,
            "choose": FAILED,
            "lock": FAILED,
            "stop_early": FAILED,
            "read": UPSTREAM,
        },
        items={"too_few": (2, 4), "fail_all": (0, 4)},
        assets={"alone": [None, None, None, None]},
    ),
)
