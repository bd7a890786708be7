"""Names: valid, distinct, and each independent of the others."""

from __future__ import annotations

import keyword
import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml_airflow import names as airflow_names
from flowyml_airflow.names import dag_id, file_stem, group_id, variable, xcom_key
from tests.unit.airflow.irs import node

ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
TEXT = st.text(st.characters(codec=None), max_size=40) | st.from_regex(r"[a-c_. -]{1,4}\Z")


def task_id(name):
    return airflow_names.task_id(node(name))


IDS = [dag_id, task_id, file_stem, group_id, xcom_key]
ALL = [*IDS, variable]
each = pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)


@each
@given(names=st.sets(TEXT, max_size=20))
def test_different_names_stay_different(make, names):
    assert len({make(name) for name in names}) == len(names)


@pytest.mark.parametrize("make", IDS, ids=lambda make: make.__name__)
@given(name=TEXT)
def test_airflow_and_file_systems_can_hold_it(make, name):
    assert ID.fullmatch(make(name))
    assert len(make(name * 20)) <= 250


@given(TEXT)
def test_python_can_hold_it(name):
    assert variable(name).isidentifier()
    assert variable(name).isascii()
    assert not keyword.iskeyword(variable(name))


@each
@given(name=TEXT)
def test_a_changed_name_is_never_what_another_name_is(make, name):
    assert make(name) == name or make(make(name)) != make(name)


@each
@pytest.mark.parametrize("name", ["train", "A_B", "load2", "x" * 100])
def test_a_name_that_fits_stays(make, name):
    assert make(name) == name


def test_ids_keep_dots_and_dashes():
    assert task_id("a-b.c") == "a-b.c"


def test_a_task_is_named_within_its_groups():
    step = node("clean up.inner.scale", group=("clean up", "inner"))
    assert airflow_names.group_ids(step) == (group_id("clean up"), "inner")
    assert airflow_names.own_id(step) == "scale"
    assert airflow_names.task_id(step) == f"{group_id('clean up')}.inner.scale"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("features.scale", "features__scale"),
        ("a.b.c_d", "a__b__c_d"),
        ("class.step", "class__step"),
    ],
)
def test_a_variable_shows_its_groups(name, found):
    assert variable(name) == found


@pytest.mark.parametrize(
    "names",
    [
        ("a_.b", "a._b"),
        ("a.when", "a__when"),
        ("a__b", "a.b"),
        ("a.items", "a__items"),
        ("a.b.c", "a.b__c"),
        ("a.01234567", "a__01234567"),
        ("a.abcdef01", "a__abcdef01"),
    ],
)
def test_no_two_variables_meet(names):
    taken = {airflow_names.decision("a"), airflow_names.items("a")}
    found = {variable(name) for name in names}
    assert len(found) == 2
    assert not found & taken


@pytest.mark.parametrize(
    ("make", "name", "kept"),
    [
        (task_id, "a b", "a_b"),
        (task_id, "馬", "x"),
        (task_id, "..", "x"),
        (task_id, "x" * 251, "x" * 180),
        (file_stem, "x" * 201, "x" * 180),
        (variable, "a-b", "a_b"),
        (variable, "step", "step"),
        (variable, "class", "class"),
        (variable, "__doc__", "doc"),
        (variable, "2nd", "x2nd"),
        (xcom_key, "return_value", "return_value"),
        (task_id, "train__0123abcd", "train__0123abcd"),
    ],
)
def test_any_other_keeps_what_fits_and_gets_its_digest(make, name, kept):
    assert make(name) == f"{kept}__{sha256(name.encode()).hexdigest()[:8]}"
