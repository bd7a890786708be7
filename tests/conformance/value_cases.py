"""The cases about values: outputs, what crosses between steps, and the context."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.conformance.case import FAILED, UPSTREAM, Case

_TEXT = 'say "hi", it\'s\n{{ params }} {% raw %} {# note #} \\n ünï 🐎 $HOME {0} %s'
_OTHER_TEXT = "{{ ds }}{% endraw %}\"\"\"'''\r\n\\ {{$}} \u2028"

VALUE_CASES = (
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
        name="cached",
        assets={
            "primes": [2, 3, 5, 7],
            "table": "all of users",
            "told": "all of users: [2, 3, 5, 7]",
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
    Case(
        name="large_defaults",
        context={"numbers": [1, 2]},
        items={"look_up": (4, 4)},
        independent=False,
        assets={"arrived": [True, True, True, False], "decided": 4, "size": 800, "total": 831},
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
        name="scheduled",
        independent=False,
        run_date=datetime(2024, 2, 29, 5, 30, tzinfo=timezone.utc),
        assets={"total": 2025, "doubled": 4050},
    ),
    Case(
        name="triggered",
        independent=False,
        assets={"report": "all is well"},
        refused={"kubeflow": "FML301"},
    ),
    Case(
        name="dated-elsewhere",
        independent=False,
        module="dated",
        run_date=datetime(2024, 2, 29, 23, 30, 15, tzinfo=timezone(timedelta(hours=-2))),
        assets={"day": "2024-03-01", "moment": ["2024-03-01T01:30:15+00:00", "UTC", "2024-03-01"]},
    ),
)
