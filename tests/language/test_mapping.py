"""`map_task` and `parallel_map` (docs/semantics.md §3)."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from flowyml import MapTaskError, MapTaskResult, Pipeline, map_task, parallel_map, step
from flowyml.runtime import BindError
from flowyml.runtime.mapping import MapItemError


@step(outputs=["numbers"])
def numbers_(count: int = 4):
    return list(range(count))


def run(*steps, **values):
    return Pipeline.from_steps(numbers_, *steps, name="p").run(context=values or None)


@map_task(inputs=["numbers"], outputs=["doubled"])
def double(number, factor: int = 2):
    return number * factor


def test_as_a_step_it_works_on_the_items_of_its_input():
    @step
    def total(doubled: list[int]):
        return sum(doubled)

    @step
    def whole(doubled):
        return doubled

    result = run(double, total, whole, factor=3)
    assert result["total"] == 18
    assert result["whole"] == MapTaskResult(results=[0, 3, 6, 9])
    assert (result["double"].total, result["double"].success_ratio) == (4, 1.0)


def test_called_directly_it_does_the_same_in_place():
    assert double([1, 2], factor=5).results == [5, 10]


def test_an_empty_collection_succeeds_with_an_empty_result():
    result = run(double, count=0)
    assert result["double"] == MapTaskResult(results=[])
    assert result["double"].success_ratio == 1.0


@map_task(min_success_ratio=0.5, retries=1, retry_delay=0)
def odd_fails(number):
    if number % 2:
        raise ValueError(f"odd: {number}")
    return number


def test_failed_items_are_none_and_listed():
    found = odd_fails(range(4))
    assert found.results == [0, None, 2, None]
    assert found.errors == [
        MapItemError(index=1, error="ValueError: odd: 1"),
        MapItemError(index=3, error="ValueError: odd: 3"),
    ]
    assert (found.successes, found.failures, found.total, found.success_ratio) == (2, 2, 4, 0.5)
    assert found.successful_results == [0, 2]


def test_an_item_that_leaves_has_failed_like_any_other():
    @map_task(min_success_ratio=0.5)
    def leaves(item):
        if item:
            sys.exit(0)
        return item

    found = leaves([0, 1])
    assert found.results == [0, None]
    assert found.errors[0].error.startswith("ExitedError: sys.exit(0) was called")


def test_none_is_a_result_like_any_other():
    @map_task
    def nothing(item):
        return None

    assert nothing([1, 2]).successful_results == [None, None]


def test_below_the_ratio_the_step_fails_and_says_why():
    with pytest.raises(
        MapTaskError, match=r"3 of 4 items failed.*0\.25 succeeded, below.*item 0"
    ) as e:
        odd_fails([1, 3, 5, 6])
    assert e.value.result.successful_results == [6]
    failing = step(lambda: [1, 3, 5, 6], name="make", outputs=["number"])
    result = Pipeline.from_steps(failing, odd_fails, name="p").run()
    assert result.step_results["odd_fails"].state == "FAILED"
    assert "3 of 4 items failed" in result.step_results["odd_fails"].error


def test_each_item_is_retried():
    calls = []

    @map_task(retries=2, retry_delay=0, concurrency=1)
    def flaky(item):
        calls.append(item)
        if calls.count(item) < 3:
            raise RuntimeError
        return item

    assert flaky(["a", "b"]).results == ["a", "b"]
    assert calls == ["a"] * 3 + ["b"] * 3


def test_concurrency_is_a_limit_that_is_used():
    at_once = []
    both = threading.Barrier(2, timeout=600)
    running = set()

    @map_task(concurrency=2)
    def work(item):
        running.add(item)
        both.wait()
        at_once.append(len(running))
        both.wait()
        running.discard(item)
        both.wait()
        return item

    assert work(range(6)).results == list(range(6))
    assert max(at_once) == 2


def test_fail_fast_ends_at_the_first_failure():
    seen = []

    @map_task(concurrency=1, fail_fast=True, min_success_ratio=0)
    def work(item):
        seen.append(item)
        raise RuntimeError("no")

    with pytest.raises(MapTaskError, match="fail_fast=True"):
        work([1, 2, 3])
    assert seen == [1]


def test_an_item_that_takes_too_long_has_failed():
    @map_task(timeout_per_item=0.5, min_success_ratio=0)
    def too_slow(n):
        threading.Event().wait()

    found = too_slow([0, 1])
    assert found.results == [None, None]
    assert "item 1 of map task 'too_slow' took longer" in found.errors[1].error


def test_an_item_within_its_time_is_as_any_other():
    @map_task(timeout_per_item=600)
    def double(n):
        return 2 * n

    assert double([1, 2]).results == [2, 4]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (5, "given one int; give it a list"),
        ("abc", "given a str"),
        ({"a": 1}, "given a dict"),
        ({1, 2}, "no order; sort it"),
    ],
)
def test_what_is_no_collection_is_an_error(items, said):
    with pytest.raises(BindError, match=said):
        double(items)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"concurrency": 0}, ValueError, "at least 1"),
        ({"retries": -1}, ValueError, "at least 0"),
        ({"min_success_ratio": 1.5}, ValueError, "from 0 to 1"),
        ({"timeout_per_item": 0}, ValueError, "no time"),
        ({"outputs": ["a", "b"]}, ValueError, "one output"),
        ({"concurency": 3}, TypeError, "did you mean 'concurrency'"),
    ],
)
def test_wrong_arguments_say_what_is_right(arguments, error, said):
    with pytest.raises(error, match=said):
        map_task(**arguments)


@pytest.mark.parametrize("backend", ["thread", "process"])
def test_parallel_map_keeps_the_items_order(backend):
    def slow_first(n, delays=(0.2, 0.1, 0.0)):
        time.sleep(delays[n])
        return n * 10, os.getpid()

    found = parallel_map(slow_first, range(3), num_workers=3, backend=backend)
    assert [value for value, _ in found] == [0, 10, 20]
    assert (os.getpid() in {pid for _, pid in found}) is (backend == "thread")


@pytest.mark.parametrize("backend", ["thread", "process"])
def test_parallel_map_raises_what_an_item_raised(backend):
    def check(n):
        if n:
            raise KeyError(n)

    with pytest.raises(KeyError, match="1"):
        parallel_map(check, range(3), backend=backend)


def test_parallel_map_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="did you mean 'thread'"):
        parallel_map(len, [], backend="threads")
    with pytest.raises(ValueError, match="at least 1"):
        parallel_map(len, ["a"], num_workers=0)
    assert parallel_map(len, []) == []


def test_prints_of_items_are_the_steps(capfd):
    @step
    def work():
        return parallel_map(lambda n: print("item", n), range(2))

    @map_task(inputs=["numbers"])
    def shout(number):
        print("number", number)

    run(work, shout, count=2)
    printed = capfd.readouterr().out.splitlines()
    assert sorted(printed) == [
        "[shout] number 0",
        "[shout] number 1",
        "[work] item 0",
        "[work] item 1",
    ]
