"""How far a map task is."""

from __future__ import annotations

import pytest

from flowyml import map_task, parallel_map
from flowyml.runtime.progress import Listening


@map_task(concurrency=3, min_success_ratio=0)
def fails_at_times(item: int):
    if item % 2:
        raise ValueError(item)
    return item


@map_task(concurrency=1)
def nested(item: int):
    return fails_at_times([item] * 5).total


def told_by(call):
    told = []
    with Listening(lambda done, total: told.append((done, total))):
        call()
    return told


def test_each_item_is_told_once_and_in_order_failed_or_not():
    assert told_by(lambda: fails_at_times(list(range(7)))) == [(n, 7) for n in range(1, 8)]


def test_many_items_are_told_of_by_the_percent():
    told = told_by(lambda: fails_at_times(range(1000)))
    assert told == [(10 * n, 1000) for n in range(1, 101)]


def test_a_map_task_within_an_item_is_not_told_of():
    assert told_by(lambda: nested([2, 4])) == [(1, 2), (2, 2)]


@pytest.mark.parametrize("items", [[], ()])
def test_nothing_is_told_of_no_items(items):
    assert told_by(lambda: fails_at_times(items)) == []


def test_nobody_needs_to_listen():
    told = told_by(list)
    assert fails_at_times([2]).results == [2]
    assert told == []


def test_parallel_map_works_beside_it():
    assert told_by(lambda: parallel_map(abs, [-1, 2])) in ([], [(1, 2), (2, 2)])
