from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowyml.ir import topological, unique_names


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 12))
    names = [f"n{i}" for i in range(count)]
    edges = {
        name: draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else []
        for i, name in enumerate(names)
    }
    return draw(st.permutations(names)), edges


@given(graphs())
def test_every_name_follows_what_it_needs(graph):
    order, edges = graph
    found = topological(order, edges)
    assert sorted(found) == sorted(order)
    for place, name in enumerate(found):
        assert set(edges[name]) <= set(found[:place])


@given(graphs())
def test_of_what_could_run_next_the_first_added_does(graph):
    order, edges = graph
    found = topological(order, edges)
    for place, name in enumerate(found):
        ready = [n for n in order if n not in found[:place] and set(edges[n]) <= set(found[:place])]
        assert name == ready[0]


@pytest.mark.parametrize(
    ("edges", "circle"),
    [
        ({"a": ["a"]}, {"a"}),
        ({"a": ["b"], "b": ["a"]}, {"a", "b"}),
        ({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["a"], "e": []}, {"a", "b", "c"}),
    ],
)
def test_a_cycle_is_named_in_the_direction_of_the_data(edges, circle):
    with pytest.raises(ValueError) as error:
        topological(tuple(edges), edges)
    found = error.value.args[0]
    assert found[0] == found[-1]
    assert set(found) == circle
    assert all(one in edges[other] for one, other in pairwise(found))


def test_a_long_chain_needs_no_deep_stack():
    names = [str(i) for i in range(20_000)]
    edges = {name: [str(int(name) - 1)] if int(name) else [] for name in names}
    assert topological(names[::-1], edges) == tuple(names)


@given(st.lists(st.sampled_from(["a", "a-2", "b", "a-3"]), max_size=8))
def test_unique_names_are_unique_and_first_come_keeps_its_name(names):
    found = unique_names(names)
    assert len(set(found)) == len(found)
    for name in set(names):
        assert found[names.index(name)] == name
