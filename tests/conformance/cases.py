"""Every case of the suite; what a case is, and how it is held, stands in `case.py`."""

from __future__ import annotations

from tests.conformance.case import FAILED, UNSAID, UPSTREAM, Case
from tests.conformance.condition_cases import CONDITION_CASES
from tests.conformance.map_cases import MAP_CASES
from tests.conformance.nested_cases import NESTED_CASES
from tests.conformance.seed_cases import SEED_CASES
from tests.conformance.value_cases import VALUE_CASES

CASES = (
    Case(
        name="linear",
        independent=False,
        assets={"numbers": [1, 2, 3], "doubled": [2, 4, 6], "total": 12},
    ),
    Case(name="diamond", assets={"summary": {"words": 3, "characters": 11}}),
    Case(
        name="wide",
        assets={
            "value_17": 17,
            "square_17": 289,
            "squares": [n * n for n in range(18)],
        },
    ),
    Case(
        name="out_of_order",
        independent=False,
        assets={"raw": 1, "cleaned": 2, "scored": 20, "report": "2: 20"},
    ),
    *VALUE_CASES,
    *CONDITION_CASES,
    *NESTED_CASES,
    *MAP_CASES,
    *SEED_CASES,
    # Order and failure.
    Case(
        name="gates",
        assets={"early": 1, "late": 3, "later": 4, "check": None},
    ),
    Case(
        name="gates-closed",
        module="gates",
        context={"minimum": 4},
        states={"check": FAILED, "after": UPSTREAM, "downstream": UPSTREAM},
        assets={"early": 1},
    ),
    Case(
        name="ordered",
        folder=True,
        assets={
            "prepare": [],
            "build": ["prepare"],
            "report": ["build", "prepare"],
            "seen": ["build", "prepare", "publish"],
            "glance": None,
            "archive": ["announce", "build", "prepare", "publish"],
        },
    ),
    Case(
        name="failing_branch",
        states={"break_it": FAILED, "use": UPSTREAM, "use_again": UPSTREAM},
        assets={"data": [1, 2], "whole": 3, "alone": "fine"},
    ),
    Case(
        name="failing_diamond",
        states={"right_side": FAILED, "join": UPSTREAM},
        assets={"source": 1, "left": 2},
    ),
    Case(
        name="fail_fast",
        independent=False,
        states={"start": FAILED, "follow": UPSTREAM, "elsewhere": UNSAID},
    ),
    Case(
        name="flaky",
        independent=False,
        folder=True,
        states={"never": FAILED},
        attempts={"third_time": 3, "never": 2},
        assets={"numbers": [1, 2, 3], "attempt": 18, "plus": 19},
    ),
    Case(
        name="exits",
        states={
            "leave_well": FAILED,
            "leave_with_code": FAILED,
            "leave_with_words": FAILED,
            "read": UPSTREAM,
        },
        attempts={"leave_with_words": 2},
        assets={"alone": "here"},
    ),
    Case(
        name="odd_failures",
        states={
            "raise_odd": FAILED,
            "give_a_lock": FAILED,
            "generate": FAILED,
            "half_storable": FAILED,
            "read": UPSTREAM,
        },
    ),
    Case(
        name="resilience",
        folder=True,
        independent=False,
        attempts={"broken": 2},
        recovered=frozenset({"broken"}),
        items={"halve": (2, 4)},
        assets={
            "recovered": "instead of RuntimeError",
            "tries": 2,
            "limited": (2, True),
            "kept": [None, 1, None, 2],
        },
    ),
    Case(name="final_failure", independent=False, states={"asks": FAILED}),
    Case(name="too_slow", independent=False, states={"sleeps": FAILED}),
    # Functions and modules.
    Case(name="coroutine", independent=False, assets={"answer": 42, "check": None, "text": "42"}),
    Case(
        name="parameters",
        assets={
            "positional": [1, 10, 2],
            "keyword": [1, 10, 3],
            "variable": [3, 1, 2, 10],
            "mixed": [1, (3, 2), False],
            "named": [1, [("b", 2), ("c", 3)]],
            "renamed": [2, 1],
        },
    ),
    Case(
        name="imported",
        independent=False,
        assets={"lines": [" one ", "", "three"], "lengths": [3, 5], "longest": 5},
    ),
    Case(
        name="packaged",
        independent=False,
        module="packaged/flow",
        assets={"part": "packaged.parts", "whole": ["packaged.parts", "packaged.flow"]},
    ),
    Case(
        name="nested",
        independent=False,
        module="nested/deep/flow",
        assets={"where": "nested.deep.flow"},
    ),
    Case(
        name="unguarded",
        independent=False,
        folder=True,
        assets={"data": 20, "doubled": 40},
    ),
    Case(
        name="reused",
        folder=True,
        independent=False,
        assets={"data": 20, "doubled": 40, "tripled": 120},
    ),
    Case(name="relative", independent=False, assets={"words": ["one", "two"]}),
    Case(
        name="decorated",
        independent=False,
        assets={"greeting": "HELLO YOU", "doubled": "HELLO YOUHELLO YOU"},
    ),
    Case(
        name="bound",
        assets={"base": 14, "tripled": 42},
        refused={"airflow": "FML004", "kubeflow": "FML004"},
    ),
    Case(
        name="looped",
        assets={"times_2": 20, "times_3": 30},
        refused={"airflow": "FML004", "kubeflow": "FML004"},
    ),
    # Names and text.
    Case(
        name="names",
        assets={
            "a-b": "dash",
            "a_b": "underscore",
            "'\"{{ x }}": "quote",
            "馬": "馬",
            "all": "dash underscore upper dot space quote horse 馬 emoji size number",
            "ends": "edge x y",
        },
    ),
    Case(name="same_names", assets={"one": 1, "two": 2, "three": 3}),
    Case(
        name="reserved",
        assets={"return_value": "given", "None": "given", "read": 1, "self": list("abcdef")},
    ),
    Case(
        name="awkward_text",
        assets={
            "text_1": "line\nline\r\nline\ttab",
            "same": [True, True, True],
            "echo": [
                "double \" and single '",
                "line\nline\r\nline\ttab",
                "{{ undefined.thing }}",
                "{{ ds }}",
            ],
        },
    ),
)
