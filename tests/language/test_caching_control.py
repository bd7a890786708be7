"""What users ask of the cache and tell it: statistics, forgetting, arguments, executors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowyml import LocalStack, Metrics, Pipeline, context, map_task, step
from flowyml.diagnostics import UsageError
from flowyml.engine.plan import plan_pipeline
from flowyml.storage.records import RunRecords


@step(outputs=["numbers"], cache=True)
def numbers(count: int = 3) -> list[int]:
    return list(range(count))


@step(inputs=["numbers"], outputs=["total"])
def add(numbers: list[int]) -> int:
    return sum(numbers)


@step(inputs=["total"], outputs=["scores"])
def score(total: int) -> Metrics:
    return Metrics(accuracy=total / 10)


def pipeline(**keywords: Any) -> Pipeline:
    return Pipeline("p", **keywords).add_steps([numbers, add, score])


def states(result: Any) -> list[str]:
    return [found.state for found in result.step_results.values()]


def test_statistics_count_what_is_kept_and_how_often_it_served() -> None:
    made = pipeline()
    nothing = {"entries": 0, "size_bytes": 0, "hits": 0, "misses": 0, "hit_rate": 0.0}
    assert made.cache_stats() == nothing
    assert not Path(".flowyml").exists()
    for _ in range(3):
        made.run()
    stats = made.cache_stats()
    assert (stats["entries"], stats["hits"], stats["misses"]) == (3, 6, 3)
    assert stats["hit_rate"] == pytest.approx(2 / 3)
    assert stats["size_bytes"] == len("[0,1,2]") + len("3") + len('{"accuracy":0.3}')


def test_statistics_are_of_one_pipeline() -> None:
    @step(outputs=["other"], cache=True)
    def other() -> int:
        return 1

    pipeline().run()
    Pipeline("another").add_step(other).run()
    assert pipeline().cache_stats()["entries"] == 3
    assert Pipeline("another").add_step(other).cache_stats()["entries"] == 1


def test_forgetting_runs_steps_again() -> None:
    made = pipeline()
    made.run()
    assert made.invalidate_cache("add") == 1
    assert states(made.run()) == ["CACHED", "SUCCEEDED", "CACHED"]
    assert made.invalidate_cache(score) == 1
    assert states(made.run()) == ["CACHED", "CACHED", "SUCCEEDED"]
    assert made.invalidate_cache() == 3
    assert made.invalidate_cache() == 0
    assert states(made.run()) == ["SUCCEEDED"] * 3


def test_forgetting_a_step_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UsageError, match="no step 'ad' in 'p'; did you mean 'add'"):
        pipeline().invalidate_cache("ad")


def test_forgetting_needs_nothing_that_a_run_needs() -> None:
    unfed = Pipeline("unfed").add_step(add)
    assert unfed.invalidate_cache() == unfed.invalidate_cache("add") == 0
    assert unfed.cache_stats()["entries"] == 0


def test_figures_come_with_what_is_found() -> None:
    made = pipeline()
    runs = [made.run().run_id for _ in range(2)]
    with RunRecords(".flowyml/metadata.db") as records:
        found = [records.get(run).steps["score"].metrics for run in runs]
    assert found[0] == found[1]
    assert 0.3 in found[0].values()


@pytest.mark.parametrize("executor", ["thread", "process"])
def test_whoever_calls_the_steps_the_cache_is_one(executor: str) -> None:
    assert states(pipeline().run()) == ["SUCCEEDED"] * 3
    made = pipeline(executor=executor)
    assert states(made.run()) == ["CACHED"] * 3
    made.invalidate_cache()
    assert states(made.run()) == ["SUCCEEDED"] * 3
    assert states(pipeline().run()) == ["CACHED"] * 3


def test_parts_of_a_pipeline_share_what_the_whole_knows() -> None:
    inner = Pipeline("inner").add_steps([numbers, add])
    whole = Pipeline("whole").add_sub_pipeline(inner).add_step(score)
    assert states(whole.run()) == ["SUCCEEDED"] * 3
    assert states(whole.run()) == ["CACHED"] * 3


def test_a_part_that_wants_no_cache_has_none() -> None:
    inner = Pipeline("inner", enable_cache=False).add_steps([numbers, add])
    whole = Pipeline("whole").add_sub_pipeline(inner).add_step(score)
    whole.run()
    assert states(whole.run()) == ["SUCCEEDED", "SUCCEEDED", "CACHED"]


def test_a_plan_of_values_that_are_handed_over() -> None:
    Path("named.txt").write_text("one")

    @step(outputs=["used"], cache=lambda value: len(value))
    def use(value: Any, more: int = 1) -> int:
        return len(value) + more

    @step(outputs=["read"])
    def read(value: list[str]) -> list[str]:
        return value

    made = Pipeline("given").add_steps([use, read])

    def planned(value: Any) -> list[str]:
        return [each.decision for each in plan_pipeline(made, inputs={"value": value})]

    assert planned(["named.txt"]) == ["run", "run"]
    made.run(inputs={"value": ["named.txt"]})
    assert planned(["named.txt"]) == ["cached", "cached"]
    Path("named.txt").write_text("two")
    assert planned(["named.txt"]) == ["cached", "run"]
    assert planned(["other.txt"]) == ["run", "run"]


def test_a_plan_in_another_store_finds_nothing() -> None:
    made = pipeline()
    made.run()
    plan = plan_pipeline(made, stack=LocalStack("elsewhere"))
    assert plan[0].reason == "what it gave is gone from the store, or broken"


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Pipeline("p", enable_cahce=False), TypeError, "did you mean 'enable_cache'"),
        (lambda: Pipeline("p", enable_cache="no"), TypeError, "takes True or False, not 'no'"),
        (lambda: Pipeline("p", cache_dir=3), TypeError, "takes a path, not int"),
        (lambda: Pipeline("p", cache_dir=""), ValueError, "must not be empty"),
        (lambda: pipeline().run(enable_cache=1), TypeError, "enable_cache= takes a bool"),
        (lambda: step(add.function, cache="yes"), TypeError, "True, False or a function"),
        (lambda: step(add.function, chace=True), TypeError, "did you mean 'cache'"),
        (
            lambda: step(add.function, cache=lambda number: 1),
            TypeError,
            "cache= takes 'number', which the step does not; did you mean 'numbers'",
        ),
        (lambda: map_task(lambda x: x, cache=1), TypeError, "True, False or a function"),
    ],
)
def test_what_is_wrong_is_said(make: Callable[[], object], error: type, said: str) -> None:
    with pytest.raises(error, match=said):
        make()


def test_a_function_of_the_key_may_take_less_or_have_defaults() -> None:
    for key in (lambda: 1, lambda numbers, more=2: more, lambda **given: sorted(given)):
        keyed = step(add.function, name="add", inputs=["numbers"], outputs=["total"], cache=key)
        made = Pipeline("keyed", context=context(count=2)).add_steps([numbers, keyed])
        assert made.run().outputs["total"] == 1
        assert made.run().step_results["add"].cached
