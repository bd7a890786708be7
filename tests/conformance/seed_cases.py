"""The cases of the page that specifies flowyml: its examples that are pipelines.

tests/seed runs them word for word; two more are verified in `test_examples.py`.
"""

from __future__ import annotations

from tests.conformance.case import FAILED, SKIPPED, UPSTREAM, Case

SEED_CASES = (
    Case(
        name="seed-graph",
        module="seed/graph",
        independent=False,
        assets={"data": [1, 2, 3], "result": 6},
    ),
    Case(
        name="seed-conditional",
        module="seed/conditional",
        independent=False,
        assets={"model": "trained_model"},
    ),
    Case(
        name="seed-conditional-not",
        module="seed/conditional",
        independent=False,
        context={"quality": 0.9},
        states={"train": SKIPPED},
    ),
    Case(
        name="seed-parallel",
        module="seed/parallel",
        independent=False,
        assets={"process_batch": [9, 1, 4]},
    ),
    Case(
        name="seed-map",
        module="seed/map_tasks",
        independent=False,
        items={"process_document": (19, 20)},
        assets={"report": "Processed 19/20"},
    ),
    Case(
        name="seed-map-failing",
        module="seed/map_tasks",
        independent=False,
        context={"broken": 2},
        states={"process_document": FAILED, "report": UPSTREAM},
        items={"process_document": (18, 20)},
    ),
    Case(
        name="seed-dynamic",
        module="seed/dynamic_workflows",
        independent=False,
        assets={
            "best_model": {
                "model_lr_0.1": "trained at 0.1",
                "model_lr_0.01": "trained at 0.01",
            }
        },
    ),
    Case(
        name="seed-errors",
        module="seed/error_handling",
        independent=False,
        attempts={"flaky_step": 3},
        recovered=frozenset({"flaky_step"}),
        assets={"flaky_step": "yesterday's data"},
    ),
    Case(
        name="seed-composition",
        module="seed/composition",
        independent=False,
        assets={"rows": [{"a": 1, "b": 2.0}]},
    ),
    Case(
        name="seed-validation",
        module="seed/validation",
        independent=False,
        assets={"validate_data": None, "model": 100.0},
    ),
    Case(
        name="seed-validation-too-little",
        module="seed/validation",
        independent=False,
        context={"rows": 99},
        states={"validate_data": FAILED, "train_model": UPSTREAM},
    ),
    Case(
        name="seed-validation-missing",
        module="seed/validation",
        independent=False,
        context={"missing": 1},
        states={"validate_data": FAILED, "train_model": UPSTREAM},
    ),
    Case(
        name="seed-sub-pipeline",
        module="seed/sub_pipeline",
        independent=False,
        assets={"clean_data": [0.25, 1.0], "model": 1.25},
    ),
)
