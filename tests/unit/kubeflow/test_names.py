from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml_kubeflow.names import RUN_DATE, RUN_DATE_TASK, TASK, key_name, pipeline_name, task_name

NAMES = st.text(st.characters(exclude_categories=["Cs"])) | st.text("ab_-. A0", max_size=6)


@given(st.sets(NAMES, max_size=30))
def test_different_steps_become_different_tasks(names):
    assert len({task_name(name) for name in names}) == len(names)


@given(st.sets(NAMES, max_size=30))
def test_different_parameters_become_different_keys(names):
    assert len({key_name(name) for name in names}) == len(names)


@given(NAMES)
def test_every_name_is_one_that_kubeflow_takes(name):
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", task_name(name))
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", pipeline_name(name))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}", key_name(name))


def test_snake_case_stays_readable():
    assert task_name("load_data") == "load-data"
    assert task_name("train") == "train"
    assert task_name("step_2") == "step-2"
    assert pipeline_name("ml_training") == pipeline_name("ml-training") == "ml-training"
    assert key_name("X_train") == "X_train"
    assert key_name("train-2") == "train-2"


@pytest.mark.parametrize(
    "name", ["load-data", "train-2", "Train", "größe", "a__b", "_a", "a" * 41, "", "漢字", "a b"]
)
def test_what_has_to_change_carries_a_hash(name):
    assert re.fullmatch(r"[a-z0-9-]+--[0-9a-f]{8}", task_name(name))


def test_a_hash_is_the_same_everywhere():
    assert task_name("load-data") == "load-data--ee8864f3"  # sha256 of the eight letters


@pytest.mark.parametrize("name", ["train_driver", "flowyml_run_date"])
def test_names_that_kubeflow_or_we_make_are_left_to_it(name):
    assert task_name(name) not in (name.replace("_", "-"), RUN_DATE_TASK)
    assert "--" in task_name(name)


@pytest.mark.parametrize("name", [TASK, RUN_DATE])
def test_the_keys_of_our_own_parameters_are_taken(name):
    assert key_name(name) != name
