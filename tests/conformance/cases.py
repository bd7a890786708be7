"""What every pipeline of the suite is expected to do, written by hand.

The local runner is held to this table; every other backend is held to the local runner
(docs/semantics.md §6). Where a value is not worth spelling out, the pipeline compares it itself
in a last step, and the table holds what that step must say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

OK, FAILED, UPSTREAM = "SUCCEEDED", "FAILED", "UPSTREAM_FAILED"
UNSAID = frozenset({"SUCCEEDED", "NOT_RUN"})
"""What becomes of an independent step where the first failure stops the run."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """One run of one pipeline.

    Attributes:
        name: what the case is called; unique.
        module: the pipeline's file under tests/pipelines, without `.py`.
        context: overrides for the run.
        folder: whether the context key `folder` gets an empty folder for the run.
        run_date: the date that the run is for.
        states: each step's state, or the set of those allowed; steps not named succeed.
        attempts: each step's attempts, where they are not 1.
        recovered: the steps whose value is their fallback's.
        assets: values to expect, by asset name.
        independent: whether a failure may leave unrelated steps that still run: not in a chain,
            and not with `fail_fast`. Kubeflow weakens it, and its compiler must be told to.
        refused: the diagnostic with which a target refuses the pipeline, by target.
        gaps: why a backend is known to differ, by backend: a strict xfail.
    """

    name: str
    module: str = ""
    context: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    folder: bool = False
    run_date: datetime | None = None
    states: Mapping[str, str | frozenset[str]] = dataclasses.field(default_factory=dict)
    attempts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    recovered: frozenset[str] = frozenset()
    assets: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    independent: bool = True
    refused: Mapping[str, str] = dataclasses.field(default_factory=dict)
    gaps: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def file(self) -> str:
        """The pipeline's file, relative to tests/pipelines."""
        return f"{self.module or self.name}.py"

    @property
    def success(self) -> bool:
        """Whether the run succeeds: no step failed, or could not run because one did."""
        return not {FAILED, UPSTREAM} & {s for s in self.states.values() if isinstance(s, str)}


_TEXT = 'say "hi", it\'s\n{{ params }} {% raw %} {# note #} \\n ünï 🐎 $HOME {0} %s'
_OTHER_TEXT = "{{ ds }}{% endraw %}\"\"\"'''\r\n\\ {{$}} \u2028"

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
    # Outputs.
    Case(
        name="outputs",
        assets={
            "low": 1,
            "high": 2.5,
            "second": "b",
            "name": "cube",
            "size": 3,
            "pair": ("left", "right"),
            "line": "1 c 3 cube ('left', 'right')",
        },
    ),
    Case(
        name="no_outputs",
        independent=False,
        assets={
            "measure": {"height": 3, "width": 4},
            "area": 12,
            "describe": "12 square metres",
        },
    ),
    Case(
        name="nothing",
        assets={
            "missing": None,
            "maybe": None,
            "surely": "found",
            "rest": None,
            "seen": [True, True, False, True],
            "empty": None,
        },
    ),
    Case(
        name="wrong_count",
        states={"three_values": FAILED, "use": UPSTREAM, "other_keys": FAILED},
    ),
    # Values.
    Case(
        name="plain_json",
        assets={
            "number": 9223372036854775808,
            "flag": False,
            "text": "ünï",
            "items": [1, 1.0],
            "types": {
                "null": "NoneType",
                "yes": "bool",
                "no": "bool",
                "one": "int",
                "one_float": "float",
                "tenth": "float",
                "tiny": "float",
                "huge": "float",
                "negative_zero": "float",
                "beyond_double": "int",
                "beyond_64_bits": "int",
                "text": "str",
                "empty": "dict",
                "nested": "list",
            },
            "equal": True,
        },
    ),
    Case(
        name="python_values",
        assets={
            "pair": (1, "one"),
            "blob": b"\x00\xff",
            "equal": [
                {
                    "tuple": True,
                    "set": True,
                    "frozenset": True,
                    "bytes": True,
                    "complex": True,
                    "range": True,
                    "decimal": True,
                    "date": True,
                    "aware": True,
                    "keys": True,
                    "infinite": True,
                },
                True,
                True,
                True,
                True,
            ],
        },
    ),
    Case(
        name="frames",
        assets={
            "equal": True,
            "types": {
                "small": "int8",
                "count": "Int64",
                "share": "float64",
                "narrow": "float32",
                "flag": "bool",
                "label": "string",
                "kind": "category",
                "day": "datetime64[s]",
                "moment": "datetime64[ns, UTC]",
                "place": "datetime64[us, Europe/Prague]",
                "wait": "timedelta64[ms]",
            },
        },
    ),
    Case(name="large_frame", independent=False, assets={"total": 4999950000.0}),
    Case(
        name="arrays",
        assets={
            "seen": [
                ("ndarray", "int16", (2, 3)),
                ("ndarray", "float32", (3, 3)),
                ("ndarray", "float64", (0, 4)),
                ("ndarray", "float64", ()),
                ("ndarray", "<U2", (2,)),
                ("ndarray", "datetime64[D]", (2,)),
                ("ndarray", "float64", (3,)),
                ("float64", "float64", ()),
                ("int16", "int16", ()),
                ("ndarray", "[('id', '<i4'), ('name', '<U4')]", (1,)),
            ]
        },
    ),
    Case(name="model", independent=False, assets={"prediction": 21.0}),
    Case(
        name="typed_assets",
        assets={
            "rows": [{"x": 1, "y": 2.0}, {"x": 3, "y": 4.0}],
            "model": {"weight": 4},
            "metrics": {"total": 4, "rows": 2},
            "report": "ok",
            "as_asset": [
                "Dataset",
                "points",
                {"unit": "cm", "nested": [1, None]},
                ("x", "y"),
                2,
                ("Model", "sum", {"weight": 4}),
                4,
                "Report",
            ],
            "as_data": ["list", 4.0, 4, ["rows", "total"]],
            "wrapped": ["Dataset", None, 2],
            "as_own": ["Points", "own", {"x": 1, "y": 2.0}, "Dataset"],
        },
    ),
    Case(
        name="mutation",
        independent=False,
        assets={"numbers": [1, 2, 3], "shortened": [], "total": 6},
    ),
    # Context.
    Case(
        name="settings",
        assets={
            "scalars": [True, 3, 9007199254740993, -1180591620717411303424, 1.0, 1e-300],
            "texts": [_TEXT, ""],
            "nested": [
                [1, 2.0, None, "x", [True]],
                {
                    "2": 1.0,
                    "a": {"b": [1, {"c": None}]},
                    "big": 9007199254740993,
                    _TEXT: _TEXT,
                },
                None,
            ],
            "narrow": "2.0",
            "broad": "2.0",
            "untyped": ["True", "3", "1.0", repr(_TEXT), "[1, 2.0, None, 'x', [True]]"],
        },
    ),
    Case(
        name="settings-override",
        module="settings",
        context={
            "flag": False,
            "count": -4,
            "big": 1152921504606846977,
            "bigger": 1180591620717411303425,
            "rate": 3,
            "tiny": 5e-324,
            "text": _OTHER_TEXT,
            "empty": " ",
            "items": [],
            "table": {},
            "nothing": {"now": [1, 1.0]},
            "widened": 7,
        },
        assets={
            "scalars": [
                False,
                -4,
                1152921504606846977,
                1180591620717411303425,
                3.0,
                5e-324,
            ],
            "texts": [_OTHER_TEXT, " "],
            "nested": [[], {}, {"now": [1, 1.0]}],
            "narrow": "7.0",
            "broad": "7.0",
            "untyped": ["False", "-4", "3.0", repr(_OTHER_TEXT), "[]"],
        },
    ),
    Case(
        name="settings-beyond-doubles",
        module="settings",
        context={"count": 9007199254740995, "items": [9007199254740997]},
        assets={
            "scalars": [
                True,
                9007199254740995,
                9007199254740993,
                -1180591620717411303424,
                1.0,
                1e-300,
            ],
            "untyped": ["True", "9007199254740995", "1.0", repr(_TEXT), "[9007199254740997]"],
        },
        gaps={
            "kubeflow": "Kubeflow keeps numbers as doubles: an override beyond 2**53 is refused "
            "for a parameter whose default fits (InexactError), and rounded by a cluster"
        },
    ),
    Case(
        name="defaults",
        assets={"sum": 12, "line": "sum=12.00None", "kept": [True, True], "far": 1, "near": 5},
    ),
    Case(
        name="defaults-override",
        module="defaults",
        context={"left": 5, "prefix": "{{ x }}", "places": 1, "mark": "!", "distance": 7},
        assets={"sum": 15, "line": "{{ x }}15.0!", "kept": [True, True], "far": 7, "near": 7},
    ),
    Case(
        name="telling_text",
        assets={
            "texts": ["null", None, "true", '"q"', "fast"],
            "values": [None, None, 2.0, None, None],
            "order": ["a", "b"],
            "untyped": [None, "123", 1, None],
        },
    ),
    Case(
        name="telling_text-override",
        module="telling_text",
        context={
            "plain": "None",
            "maybe": "null",
            "word": "123",
            "quoted": '"x',
            "mode": "slow",
            "count": 5,
            "flag": False,
            "rate": None,
            "items": [1],
            "table": {"b": 1, "a": 2},
            "named": {"z": 0, "y": 0},
            "anything": "123",
            "text": "null",
            "number": 2,
            "listed": [1.0, 1],
        },
        assets={
            "texts": ["None", "null", "123", '"x', "slow"],
            "values": [5, False, None, [1], {"a": 2, "b": 1}],
            "order": ["y", "z"],
            "untyped": ["123", "null", 2, [1.0, 1]],
        },
    ),
    Case(
        name="dated",
        independent=False,
        run_date=datetime(2024, 2, 29, 23, 30, tzinfo=timezone.utc),
        assets={"day": "2024-02-29", "moment": ["2024-02-29T23:30:00+00:00", "UTC", "2024-02-29"]},
    ),
    Case(
        name="dated-elsewhere",
        independent=False,
        module="dated",
        run_date=datetime(2024, 2, 29, 23, 30, 15, tzinfo=timezone(timedelta(hours=-2))),
        assets={"day": "2024-03-01", "moment": ["2024-03-01T01:30:15+00:00", "UTC", "2024-03-01"]},
    ),
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
