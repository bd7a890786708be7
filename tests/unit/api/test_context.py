from __future__ import annotations

import copy
import pickle

import pytest

from flowyml import context


def test_values_are_read_as_items_and_attributes():
    ctx = context(rate=0.1, name="n")
    assert (ctx.rate, ctx["name"], "rate" in ctx, "other" in ctx, len(ctx)) == (
        0.1,
        "n",
        True,
        False,
        2,
    )
    assert ctx.get("other", 3) == 3
    assert dict(ctx.items()) == dict(ctx) == {"rate": 0.1, "name": "n"}


def test_inherit_leaves_the_first_alone():
    base = context(rate=0.1, size=1)
    assert dict(base.inherit(rate=0.5, new=2)) == {"rate": 0.5, "size": 1, "new": 2}
    assert dict(base) == {"rate": 0.1, "size": 1}


def test_an_unknown_value_names_the_nearest():
    ctx = context(learning_rate=0.1)
    with pytest.raises(AttributeError, match="did you mean 'learning_rate'"):
        _ = ctx.learning_rat
    with pytest.raises(KeyError, match="did you mean 'learning_rate'"):
        _ = ctx["learning_rat"]


def test_it_can_be_changed_until_a_run_began():
    ctx = context(rate=0.1)
    ctx.rate = 0.2
    ctx["size"] = 3
    assert dict(ctx) == {"rate": 0.2, "size": 3}
    ctx.freeze()
    for change in (lambda: setattr(ctx, "rate", 1), lambda: ctx.__setitem__("rate", 1)):
        with pytest.raises(AttributeError, match="fixed once a run began"):
            change()
    assert ctx.rate == 0.2


@pytest.mark.parametrize("name", ["items", "get", "self", "place", "_values"])
def test_values_named_like_methods_are_read_as_items(name):
    ctx = context(**{name: 1})
    assert ctx[name] == 1
    assert dict(ctx) == {name: 1}


def test_a_context_can_be_copied_and_pickled():
    ctx = context(sizes=[1])
    copies = [copy.copy(ctx), copy.deepcopy(ctx), pickle.loads(pickle.dumps(ctx))]
    assert [dict(each) for each in copies] == [{"sizes": [1]}] * 3
    assert copies[1].sizes is not ctx.sizes
