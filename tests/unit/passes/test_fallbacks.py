"""A fallback gets the step's own parameters and `error`, and can ask for no more (FML116)."""

from __future__ import annotations

import pytest

from flowyml import CompileError, Pipeline, context, on_failure, step, when


def fetch(url, limit=3):
    raise ConnectionError(url)


def build(fallback, *more):
    fails = step(on_failure(fallback)(lambda url, limit=3: fetch(url)), name="fetch")
    for decorate in more:
        fails = decorate(fails)
    return Pipeline("p", context=context(url="u", day="mon")).add_step(fails).build()


@pytest.mark.parametrize(
    "fallback",
    [
        lambda: 0,
        lambda error: 0,
        lambda limit, url, error: 0,
        lambda url, other=1: 0,
        lambda *args, **kwargs: 0,
    ],
)
def test_what_can_be_called_is_fine(fallback):
    assert build(fallback).steps[0].fallback is not None


def test_what_its_condition_reads_is_there_too():
    assert build(lambda day: day, when(lambda day: True)).steps[0].condition_parameters


@pytest.mark.parametrize(
    ("fallback", "names"),
    [
        (lambda path: 0, ["path"]),
        (lambda path, url, *, day: 0, ["path", "day"]),
        (len, ["obj"]),
    ],
)
def test_what_is_missing_is_said_for_each_parameter(fallback, names):
    with pytest.raises(CompileError) as error:
        build(fallback)
    found = error.value.diagnostics
    assert [(d.code, d.subject) for d in found] == [
        ("FML116", f"parameter '{name}'") for name in names
    ]
    assert found[0].message == (
        f"the fallback of step 'fetch' needs '{names[0]}', and is called with the step's own "
        "parameters and 'error'"
    )
    assert "error, limit, url" in str(found[0].help)
