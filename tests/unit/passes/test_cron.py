"""Cron expressions: those that all schedulers read alike, in one spelling."""

from __future__ import annotations

import contextlib
import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.passes.cron import PRESETS, normal


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("0 6 * * *", "0 6 * * *"),
        ("  00\t06 * * * ", "0 6 * * *"),
        ("*/15 8-18/2 1,15 jan-mar MON-Fri", "*/15 8-18/2 1,15 1-3 1-5"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 * * 7-7", "0 0 * * 0"),
        ("0 0 * * sun,sat", "0 0 * * 0,6"),
        ("0 0 29 feb *", "0 0 29 2 *"),
        ("5/20 0 * * 1/2", "5/20 0 * * 1/2"),
        ("0 0 1 * mon", "0 0 1 * 1"),
        ("0 0 */2 * *", "0 0 */2 * *"),
        ("@Daily", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
    ],
)
def test_one_spelling(text, same):
    assert normal(text) == same
    assert normal(same) == same


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it has 0 fields, and not five: minute, hour, "),
        ("0 6 * *", "it has 4 fields"),
        ("0 0 6 * * *", "it has 6 fields"),
        ("60 * * * *", r"'60' \(minute\) is not within 0 to 59"),
        ("* 24 * * *", r"'24' \(hour\) is not within 0 to 23"),
        ("* * 0 * *", r"'0' \(day of the month\) is not within 1 to 31"),
        ("* * * 13 *", r"'13' \(month\) is not within 1 to 12"),
        ("* * * * 8", r"'8' \(day of the week\) is not within 0 to 7"),
        ("* * * * mon-fry", r"'mon-fry' \(day of the week\) is no 0 to 7 or sun to sat"),
        ("* * L * *", r"'l' \(day of the month\) is no 1 to 31"),
        ("* * ? * *", "is no 1 to 31"),
        ("*/0 * * * *", "has no step after the slash"),
        ("*/ * * * *", "has no step after the slash"),
        ("1, * * * *", r"'' \(minute\) is no 0 to 59"),
        ("9-5 * * * *", r"'9-5' \(minute\) ends before it begins"),
        ("-5 * * * *", "is no 0 to 59"),
        ("² * * * *", "is no 0 to 59"),
        ("0 0 30 2 *", "no such day ever comes"),
        ("0 0 31 4,6,9,11 *", "no such day ever comes"),
        ("0 0 */2 * mon", "schedulers read differently"),
        ("0 0 1 * */2", "schedulers read differently"),
        ("0 0 1 * 0-6", "schedulers read differently"),
        ("0 0 1-31 * mon", "schedulers read differently"),
        ("@dayly", "there is no '@dayly'; did you mean '@daily'"),
        ("@once", "there is no '@once'; there is: @annually"),
    ],
)
def test_what_is_refused_says_why(text, why):
    with pytest.raises(ValueError, match=why):
        normal(text)


def spans(least: int, most: int) -> st.SearchStrategy[str]:
    number = st.integers(least, most)
    ranges = st.tuples(number, number).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}")
    items = st.one_of(number.map(str), ranges)
    stepped = st.tuples(st.one_of(items, st.just("*")), st.integers(1, most)).map(
        lambda pair: f"{pair[0]}/{pair[1]}"
    )
    lists = st.lists(st.one_of(items, stepped), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), lists)


FIELDS = st.tuples(spans(0, 59), spans(0, 23), spans(1, 31), spans(1, 12), spans(0, 6))


@given(FIELDS.map(" ".join))
def test_what_is_taken_comes_at_the_times_that_airflows_reader_finds(text):
    """Both spellings are read by croniter, to the same times; what it cannot read is refused.

    Of Sunday's second number the list above speaks: croniter reads `7-7` as every day.
    """
    croniter = pytest.importorskip("croniter")
    try:
        same = normal(text)
    except ValueError:
        return
    start = datetime.datetime(2023, 12, 30, 23, 59)
    both = [croniter.croniter(each, start, max_years_between_matches=9) for each in (text, same)]
    first, second = (list(itertools.islice(iter(lambda c=c: c.get_next(), None), 3)) for c in both)
    assert first == second


@given(st.text(max_size=12) | st.sampled_from([*PRESETS]))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(ValueError):
        assert len(normal(text).split()) == 5
