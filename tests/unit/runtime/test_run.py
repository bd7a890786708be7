"""What running one step means, with values kept in a dict."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pytest

from flowyml import Dataset, Metrics, Model
from flowyml.runtime import (
    BindError,
    Outcome,
    OutputError,
    RetryPolicy,
    Task,
    run_attempt,
    run_task,
)
from flowyml.storage import AssetInfo, Reference

DATE = datetime(2026, 1, 2, tzinfo=timezone.utc)


class Values:
    """A value store that keeps live objects."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def save(self, name: str, value: Any) -> Reference:
        asset = None
        if hasattr(value, "__flowyml_asset__"):
            asset = AssetInfo(
                type=value.__flowyml_asset__, name=value.name, metadata=value.metadata
            )
            value = value.data
        self.kept[name] = value
        return Reference(uri=name, digest="", format="live", size=0, asset=asset)

    def load(self, reference: Reference) -> Any:
        return self.kept[reference.uri]


def run(function, *, outputs=("out",), inputs=None, context=None, **fields):
    store = Values()
    task = Task(step="m:f", digest="0", outputs=outputs, **fields)
    references = {name: store.save(name, value) for name, value in (inputs or {}).items()}
    run_attempt(
        task,
        inputs=references,
        context=context or {},
        run_date=DATE,
        store=store,
        function=function,
    )
    return {name: store.kept[name] for name in outputs}


def test_one_output_is_the_whole_value_none_too():
    assert run(lambda: (1, 2)) == {"out": (1, 2)}
    assert run(lambda: None) == {"out": None}


@pytest.mark.parametrize("value", [(1, 2), [1, 2], {"b": 2, "a": 1}])
def test_several_outputs_are_the_parts(value):
    assert run(lambda: value, outputs=("a", "b")) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ((1, 2, 3), "3 values"),
        ([1], "1 values"),
        ({"a": 1}, "a dict with the keys 'a'"),
        (5, "one int"),
        ("ab", "one str"),
        (None, "one NoneType"),
    ],
)
def test_another_number_of_values_is_an_error_that_says_both(value, said):
    with pytest.raises(OutputError, match="2 outputs") as error:
        run(lambda: value, outputs=("a", "b"))
    assert said in str(error.value)


def test_context_values_are_cast_and_missing_ones_left_to_the_function():
    def f(rate, size=3, name="n"):
        return rate, size, name

    found = run(
        f, params={"rate": "number", "size": "integer", "name": "string"}, context={"rate": 1}
    )
    assert found == {"out": (1.0, 3, "n")}
    assert type(found["out"][0]) is float


def test_big_integers_arrive_from_text():
    found = run(lambda n: n, params={"n": "integer"}, context={"n": str(2**70)})
    assert found == {"out": 2**70}


def test_a_context_value_of_another_type_names_the_parameter():
    with pytest.raises(BindError, match="'rate': 'abc' is not a number"):
        run(lambda rate: rate, params={"rate": "number"}, context={"rate": "abc"})


def test_limits_hold_for_the_value_that_was_cast():
    rules = {"params": {"n": "integer?"}, "limits": {"n": {"minimum": 2}}}
    assert run(lambda n: n, **rules, context={"n": "2"}) == {"out": 2}
    assert run(lambda n: n, **rules, context={"n": None}) == {"out": None}
    with pytest.raises(BindError, match="the context value 'n' is 1, and has to be at least 2"):
        run(lambda n: n, **rules, context={"n": "1"})


def test_nullable_takes_none():
    assert run(lambda n: n, params={"n": "integer?"}, context={"n": None}) == {"out": None}
    with pytest.raises(BindError, match="None is not a whole number"):
        run(lambda n: n, params={"n": "integer"}, context={"n": None})


def test_the_run_date_is_given():
    assert run(lambda day: day, run_date=("day",)) == {"out": DATE}


def test_positional_parameters_keep_their_order():
    def f(first, /, *rest, last):
        return first, rest, last

    found = run(
        f,
        inputs={"last": 4, "first": 1, "b": 3, "a": 2},
        positional=("first", "a", "b"),
    )
    assert found == {"out": (1, (2, 3), 4)}


def test_async_steps_are_awaited_even_under_a_running_loop():
    async def f(x):
        await asyncio.sleep(0)
        return x + 1

    async def notebook():
        return run(f, inputs={"x": 1})

    assert run(f, inputs={"x": 1}) == {"out": 2}
    assert asyncio.run(notebook()) == {"out": 2}


def test_data_comes_out_of_an_asset_unless_the_asset_is_asked_for():
    def wants_data(value):
        return value

    def wants_asset(value: Dataset):
        return value.name, value.metadata, value.data

    given = Dataset([1], name="rows", metadata={"unit": "m"})
    assert run(wants_data, inputs={"value": given}) == {"out": [1]}
    found = run(wants_asset, inputs={"value": given}, assets=("value",))
    assert found == {"out": ("rows", {"unit": "m"}, [1])}


def test_bare_data_gets_the_asset_that_is_asked_for():
    def f(value: Dataset):
        return type(value).__name__, value.data

    assert run(f, inputs={"value": [1]}, assets=("value",)) == {"out": ("Dataset", [1])}


def test_another_asset_than_asked_for_is_an_error():
    def f(value: Dataset):
        return value

    with pytest.raises(BindError, match=r"expects a Dataset for 'value'.*returned a Model"):
        run(f, inputs={"value": Model(1)}, assets=("value",))


def test_a_union_of_assets_takes_either():
    def f(value: Dataset | Metrics | None):
        return type(value).__name__

    assert run(f, inputs={"value": Metrics(a=1)}, assets=("value",)) == {"out": "Metrics"}
    assert run(f, inputs={"value": None}, assets=("value",)) == {"out": "NoneType"}


def test_a_call_that_cannot_be_made_says_so():
    with pytest.raises(BindError, match="missing a required argument: 'x'"):
        run(lambda x: x)


def attempt(function, policy=None):
    waits: list[float] = []
    outcome = run_task(
        Task(step="m:f", digest="0", outputs=("out",), retry=policy),
        inputs={},
        context={},
        run_date=DATE,
        store=Values(),
        function=function,
        sleep=waits.append,
    )
    return outcome, waits


def failing(times):
    """A function that fails so often, then gives 1."""
    left = [times]

    def f():
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError(f"failure, {left[0]} to come")
        return 1

    return f


def test_attempts_are_counted_and_waits_grow_to_the_cap():
    policy = RetryPolicy(attempts=5, delay=1.0, backoff=3.0, max_delay=5.0)
    outcome, waits = attempt(failing(4), policy)
    assert (outcome.state, outcome.attempts) == ("SUCCEEDED", 5)
    assert waits == [1.0, 3.0, 5.0, 5.0]


def test_after_the_last_attempt_the_step_has_failed_with_the_users_traceback():
    outcome, waits = attempt(failing(9), RetryPolicy(attempts=2))
    assert (outcome.state, outcome.attempts, waits) == ("FAILED", 2, [1.0])
    assert outcome.error is not None
    assert outcome.error.endswith("RuntimeError: failure, 7 to come")
    assert "flowyml/runtime" not in outcome.error
    assert isinstance(outcome.exception, RuntimeError)


def test_without_a_policy_there_is_one_attempt():
    outcome, waits = attempt(failing(1))
    assert (outcome.state, outcome.attempts, waits) == ("FAILED", 1, [])


def test_an_outcome_reads_back_as_it_was_written():
    outcome, _ = attempt(failing(0))
    assert Outcome.from_dict(outcome.to_dict()) == outcome
