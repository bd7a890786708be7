from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml import Pipeline, dynamic, map_task, step
from flowyml.frontend.trace import trace
from flowyml.ir import Resources


def work(item=0):
    return item


def resources(**said):
    return step(work, resources=said).resources


@pytest.mark.parametrize(
    ("said", "thousandths"),
    [(2, 2000), (0.5, 500), ("500m", 500), ("2", 2000), ("1.5", 1500), (0.001, 1)],
)
def test_cores(said, thousandths):
    assert resources(cpu=said).cpu == thousandths


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("4Gi", 4 * 2**30),
        ("4G", 4 * 10**9),
        ("1.5Ki", 1536),
        ("2k", 2000),
        (1024, 1024),
        ("7", 7),
        ("1Ei", 2**60),
    ],
)
def test_memory(said, size):
    assert resources(memory=said).memory == size


@given(st.integers(1, 10**18))
def test_a_quantity_means_what_it_was_made_from(amount):
    node = Resources(cpu=amount, memory=amount)
    again = resources(cpu=node.cpu_quantity, memory=node.memory_quantity)
    assert (again.cpu, again.memory) == (amount, amount)


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (Resources(memory=4 * 2**30), "4Gi"),
        (Resources(memory=4 * 10**9), "4G"),
        (Resources(memory=1001), "1001"),
        (Resources(memory=1500 * 2**20), "1500Mi"),
        (Resources(), None),
    ],
)
def test_memory_is_written_in_the_shortest_way(node, written):
    assert node.memory_quantity == written


def test_accelerators_have_a_kind():
    assert resources(gpu=2)[2:] == (2, "nvidia.com/gpu")
    assert resources(gpu=1, accelerator="amd.com/gpu")[2:] == (1, "amd.com/gpu")


def test_to_need_nothing_is_to_say_nothing():
    assert resources(gpu=0) is None
    assert resources() is None


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"cpus": 2}, TypeError, "no key 'cpus'; did you mean 'cpu'"),
        ({"cpu": True}, TypeError, "cpu as 2, 0.5 or '500m', not True"),
        ({"cpu": "two"}, ValueError, "cpu as 2, 0.5"),
        ({"cpu": 0}, ValueError, "thousandth"),
        ({"cpu": "0.5m"}, ValueError, "thousandth"),
        ({"cpu": float("inf")}, ValueError, "not inf"),
        ({"cpu": -1}, ValueError, "not -1"),
        ({"memory": "4GB"}, ValueError, "did you mean '4Gi'"),
        ({"memory": "400m"}, ValueError, "did you mean '400Mi'"),
        ({"memory": "4 Gi"}, ValueError, "memory as '512Mi'"),
        ({"memory": 0.5}, ValueError, "whole numbers of a byte"),
        ({"memory": None}, TypeError, "not None"),
        ({"gpu": "1"}, TypeError, "gpu as a whole number"),
        ({"gpu": -1}, ValueError, "not negative"),
        ({"gpu": 1, "accelerator": "a b"}, ValueError, "as clusters call it"),
        ({"gpu": 1, "accelerator": 4}, TypeError, "accelerator as text"),
        ({"accelerator": "nvidia.com/gpu"}, ValueError, "give gpu="),
    ],
)
def test_what_is_no_need_says_what_is_one(said, error, message):
    with pytest.raises(error, match=message):
        resources(**said)


def test_resources_are_a_mapping():
    with pytest.raises(TypeError, match="takes a dict such as"):
        step(work, resources="2 cores")


@pytest.mark.parametrize(
    "image",
    [
        "python",
        "python:3.11-slim",
        "localhost:5000/team/train",
        "registry.example/a_b/c__d:V1.2",
        f"train@sha256:{'0' * 64}",
        f"gcr.io/x/train:1@sha256:{'a' * 64}",
    ],
)
def test_an_image_is_called_as_registries_call_it(image):
    assert step(work, image=image).image == image


@pytest.mark.parametrize(
    "image", ["", "Train", "a b", "a:", "a@sha256:12", "a/", "https://x/y", "{{ x }}"]
)
def test_no_image_is_called_otherwise(image):
    with pytest.raises(ValueError, match="takes the name of an image"):
        step(work, image=image)


def test_an_image_is_text():
    with pytest.raises(TypeError, match="not int"):
        step(work, image=3)


@pytest.mark.parametrize("maker", [step, map_task, dynamic])
def test_every_kind_of_step_says_where_it_runs(maker):
    made = maker(work, image="train:1", resources={"cpu": "250m"})
    (node,) = trace(Pipeline("p").add_step(made)).steps
    assert (node.image, node.resources) == ("train:1", Resources(cpu=250))
