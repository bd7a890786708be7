"""Rule 1.6 of docs/semantics.md: gates and order."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, step


@step(outputs=["data"])
def load():
    return [1]


@step(inputs=["data"])
def validate(data):
    if not data:
        raise ValueError("no data")


@step(inputs=["data"], outputs=["model"])
def train(data):
    return data


def after(*steps):
    return {s.name: s.after for s in Pipeline.from_steps(*steps, name="p").build().steps}


def test_later_readers_of_what_a_gate_reads_wait_for_it():
    assert after(load, validate, train)["train"] == ("validate",)


def test_steps_added_before_a_gate_do_not_wait_for_it():
    assert after(load, train, validate)["train"] == ()


def test_readers_of_other_assets_do_not_wait():
    @step(outputs=["more"])
    def load_more():
        return 1

    @step
    def use(more):
        return more

    assert after(load, load_more, validate, use)["use"] == ()


@pytest.mark.parametrize(
    ("body", "is_gate"),
    [
        ("def check(data):\n    assert data", True),
        ("def check(data):\n    return None", True),
        ("def check(data) -> None:\n    pass", True),
        ("def check(data):\n    if not data:\n        return\n    print(data)", True),
        ("def check(data):\n    return len(data)", False),
        ("def check(data) -> int:\n    raise ValueError", False),
        ("def check(data):\n    for x in data:\n        if x:\n            return x", False),
        ("async def check(data):\n    assert data", True),
        ("async def check(data):\n    return 1", False),
        ("def check(data):\n    def inner():\n        return 1\n    inner()", True),
        ("def check(data):\n    with open(data) as f:\n        return", True),
        ("def check(data):\n    yield data", False),
    ],
)
def test_a_gate_is_a_reader_that_returns_nothing(body, is_gate):
    namespace: dict = {}
    exec(body, namespace)  # the body decides, however it is written
    check = step(inputs=["data"])(namespace["check"])
    assert after(load, check, train)["train"] == (("check",) if is_gate else ())


def test_a_declared_output_makes_no_gate_unless_asked_for():
    def check(data):
        print(data)

    named = step(check, inputs=["data"], outputs=["seen"])
    asked = step(check, inputs=["data"], outputs=["seen"], gate=True)
    assert after(load, named, train)["train"] == ()
    assert after(load, asked, train)["train"] == ("check",)


def test_gate_false_switches_a_gate_off():
    def check(data):
        print(data)

    assert after(load, step(check, inputs=["data"], gate=False), train)["train"] == ()


def test_what_a_gate_needs_never_waits_for_it():
    @step(inputs=["data", "clean"])
    def compare(data, clean):
        assert data == clean

    @step(inputs=["data"], outputs=["clean"])
    def wash(data):
        return data

    assert after(load, compare, wash)["wash"] == ()


def test_a_consumer_of_a_gates_asset_needs_no_edge_twice():
    def check(data):
        print(data)

    @step
    def use(data, check):
        return data, check

    assert after(load, step(check, gate=True), use)["use"] == ()


def test_after_takes_steps_and_names():
    @step(after=[load, "validate"])
    def last():
        return 1

    assert after(last, load, validate)["last"] == ("load", "validate")


def test_after_a_step_object_means_that_step_among_equal_names():
    first = step(lambda: 1, name="x", outputs=["a"])
    second = step(lambda: 2, name="x", outputs=["b"])

    @step(after=[second])
    def last():
        return 1

    assert after(first, second, last)["last"] == ("x-2",)


def test_after_an_unknown_step_names_the_closest():
    @step(after=["laod"])
    def last():
        return 1

    with pytest.raises(CompileError) as error:
        after(load, last)
    (found,) = error.value.diagnostics
    assert (found.code, found.help) == ("FML109", "did you mean 'load'?")


def test_a_gate_over_nothing_is_an_error():
    @step(gate=True)
    def check():
        return None

    with pytest.raises(CompileError) as error:
        after(load, check)
    assert [d.code for d in error.value.diagnostics] == ["FML113"]


def test_what_a_gate_needs_by_an_earlier_gate_never_waits_for_it():
    @step(inputs=["data", "clean"])
    def compare(data, clean):
        assert data == clean

    @step(inputs=["data"], outputs=["clean"])
    def wash(data):
        return data

    waits = after(load, compare, validate, wash)
    assert (waits["validate"], waits["wash"]) == (("compare",), ())
