"""The cases of pipelines within pipelines, stated and built while running."""

from __future__ import annotations

from tests.conformance.case import FAILED, UPSTREAM, Case

NESTED_CASES = (
    Case(
        name="sub_pipelines",
        independent=False,
        assets={
            "first": [10, 20, 30],
            "second": [100, 200, 300],
            "once.ordered": [1, 2, 3],
            "sums": [60, 600, 1],
        },
    ),
    Case(
        name="sub_pipelines-with-values",
        module="sub_pipelines",
        independent=False,
        context={"rate": 2, "once.inner.rate": 3},
        assets={"first": [3, 6, 9], "second": [6, 12, 18], "sums": [18, 36, 2]},
    ),
    Case(
        name="sub_pipelines-closed",
        module="sub_pipelines",
        independent=False,
        context={"longest": 2},
        states={
            "once.inner.check": FAILED,
            "once.inner.scale": UPSTREAM,
            "again.order": UPSTREAM,
            "again.inner.check": UPSTREAM,
            "again.inner.scale": UPSTREAM,
            "add": UPSTREAM,
        },
        assets={"once.ordered": [1, 2, 3]},
    ),
    Case(
        name="dynamic_steps",
        independent=False,
        assets={"models": {"model_0.1": {"rate": 0.1}, "model_0.5": {"rate": 0.5}}, "best": 3},
    ),
    Case(
        name="dynamic_steps-failing",
        module="dynamic_steps",
        independent=False,
        context={"rates": [0.1, -1]},
        states={"search": FAILED, "around": UPSTREAM},
    ),
)
