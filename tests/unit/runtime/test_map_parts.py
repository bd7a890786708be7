"""A map task in parts is the map task: split, worked on range by range, collected."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml import map_task, when
from flowyml.runtime import BindError, Guard, Task
from flowyml.runtime.map_parts import (
    LOST,
    MapPart,
    MapRange,
    RangeError,
    collect_map,
    split_map,
    work_on,
)
from flowyml.runtime.mapping import MapItemError, MapPolicy, MapTaskError, MapTaskResult, run_map
from flowyml.storage import ArtifactStore

STORE = ArtifactStore("memory://map-parts")
DATE = datetime(2026, 1, 2, tzinfo=timezone.utc)


def halve(number, scale=1):
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2 * scale


def task(policy=None, **fields):
    policy = policy or MapPolicy(min_success_ratio=0)
    return Task(step="m:halve", digest="0", outputs=("halves",), map=policy, **fields)


def handed(items, **more):
    inputs = {"number": STORE.save("numbers", items), **more}
    return {"inputs": inputs, "context": {}, "run_date": DATE, "store": STORE, "function": halve}


def parts_of(items, most=1024, **fields):
    """Split and work; what travels between is read back from plain data."""
    ranges = split_map(task(**fields), **handed(items), most=most)
    broadcast = {**handed(items), "inputs": {}}
    for each in ranges:
        worked = MapRange.from_dict(each.to_dict())
        yield MapPart.from_dict(work_on(task(**fields), worked, **broadcast).part.to_dict())


def collected(parts, total, policy=None):
    outcome = collect_map(task(policy), parts, total=total, store=STORE, function=halve)
    return STORE.load(outcome.outputs["halves"])


@given(st.lists(st.integers(-5, 5), max_size=30), st.integers(1, 12), st.randoms())
def test_the_parts_make_the_whole_in_whatever_order_they_come(items, most, random):
    parts = list(parts_of(items, most))
    assert len(parts) == min(len(items), most)
    random.shuffle(parts)
    whole = run_map(halve, items, {}, MapPolicy(min_success_ratio=0), what="map task 'halve'")
    assert collected(parts, len(items)) == whole


def test_ranges_are_of_nearly_equal_length_and_leave_nothing_out():
    ranges = split_map(task(), **handed(list(range(2500))), most=1024)
    assert len(ranges) == 1024
    assert {each.stop - each.start for each in ranges} == {2, 3}
    assert [n for each in ranges for n in STORE.load(each.items)] == list(range(2500))


@pytest.mark.parametrize("ratio", [0.5, 0.6])
def test_the_ratio_is_of_all_items(ratio):
    policy = MapPolicy(min_success_ratio=ratio)
    parts = list(parts_of([1, 2, 3, 4], 2))
    if ratio == 0.5:
        assert collected(parts, 4, policy).successes == 2
        return
    with pytest.raises(MapTaskError, match=r"map task 'halve': 2 of 4 items failed .*item 0"):
        collected(parts, 4, policy)


def test_items_of_which_nothing_is_heard_have_failed():
    parts = list(parts_of([2, 4, 6, 8]))
    result = collected([parts[0], parts[2]], 4)
    assert result == MapTaskResult(
        results=[1, None, 3, None],
        errors=[MapItemError(index=1, error=LOST), MapItemError(index=3, error=LOST)],
    )
    with pytest.raises(MapTaskError, match=f"the first is item 0: {LOST}"):
        collected([], 4, MapPolicy())


def test_an_empty_collection_gives_an_empty_result():
    assert split_map(task(), **handed([]), most=4) == []
    assert collected([], 0) == MapTaskResult(results=[])


def test_what_is_no_collection_fails_at_the_split():
    with pytest.raises(BindError, match="which has no order; sort it"):
        split_map(task(), **handed({1, 2}), most=4)


def test_the_workers_error_is_the_items_own():
    (each,) = split_map(task(), **handed([3]), most=4)
    worked = work_on(task(), each, **handed([3]))
    assert isinstance(worked.error, ValueError)
    assert worked.part.result is not None


def test_what_cannot_be_stored_fails_the_step_and_not_an_item():
    import threading

    (each,) = split_map(task(), **handed([2]), most=4)
    worked = work_on(task(), each, **{**handed([2]), "function": lambda number: threading.Lock()})
    assert worked.error is not None
    part = MapPart.from_dict(worked.part.to_dict())
    with pytest.raises(RangeError, match=r"map task 'halve': items 0 to 0: .*_thread.lock"):
        collected([part], 1)


def test_a_function_that_cannot_be_called_fails_the_step_and_not_its_items():
    (each,) = split_map(task(), **handed([2]), most=4)
    worked = work_on(task(), each, **{**handed([2]), "function": lambda number, other: other})
    assert isinstance(worked.error, BindError)
    assert worked.part.result is None


def test_the_collection_may_come_from_the_context_and_the_rest_is_the_same_for_all():
    given_ = {**handed([]), "inputs": {}, "context": {"number": [2, 4], "scale": 10}}
    described = task(params={"number": "array", "scale": "integer"}, condition_only=("limit",))
    ranges = split_map(described, **given_, most=4)
    limit = {"limit": STORE.save("limit", 1)}
    parts = [work_on(described, each, **{**given_, "inputs": limit}).part for each in ranges]
    assert collected(parts, 2) == MapTaskResult(results=[10, 20])


def test_a_condition_that_says_no_leaves_nothing_to_split():
    guarded = map_task(name="guarded")(when(lambda number: len(number) > 1)(halve))
    described = task(when=(Guard(digest="0"),))
    given_ = {**handed([2]), "function": guarded}
    assert split_map(described, **given_, most=4) is None
    assert len(split_map(described, **given_, most=4, decided=True)) == 1
