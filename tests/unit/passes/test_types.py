"""Rule 1.7 of docs/semantics.md: types of producers against those of consumers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union

import pytest

from flowyml import CompileError, Dataset, Metrics, Model, Pipeline, map_task, step
from flowyml.frontend.trace import trace
from flowyml.passes import check
from flowyml.runtime import BindError
from flowyml.runtime.mapping import collection


class Base: ...


class Derived(Base): ...


def verdict(given, expected):
    def produce():
        return None

    def consume(value):
        return value

    produce.__annotations__["return"] = given
    consume.__annotations__["value"] = expected
    steps = step(produce, outputs=["value"]), step(consume)
    checked = check(trace(Pipeline.from_steps(*steps, name="p")))
    severities = [d.severity for d in checked.diagnostics if d.code == "FML201"]
    return {"error": "no", "warning": "maybe"}[severities[0]] if severities else "yes"


@pytest.mark.parametrize(
    ("given", "expected", "answer"),
    [
        (int, int, "yes"),
        (int, float, "yes"),
        (bool, int, "yes"),
        (float, int, "no"),
        (int, str, "no"),
        (int, int | None, "yes"),
        (int, Optional[int], "yes"),
        (int | None, int, "maybe"),
        (None, int, "no"),
        (None, Optional[int], "yes"),
        (int, Union[str, int], "yes"),
        (int | str, int | str | None, "yes"),
        (list[int], list, "yes"),
        (list, list[int], "yes"),
        (list[int], List[int], "yes"),
        (list[int], list[str], "no"),
        (list[int], list[float], "yes"),
        (dict[str, int], Dict[str, float], "yes"),
        (dict[str, int], dict[int, int], "no"),
        (Derived, Base, "yes"),
        (Base, Derived, "maybe"),
        (Base, int, "no"),
        (int, Any, "yes"),
        (Any, int, "yes"),
        (Model, Dataset, "no"),
        (Model, Model, "yes"),
        (Dataset, list, "yes"),
        (list, Dataset, "yes"),
        (Metrics, Model | Metrics, "yes"),
    ],
)
def test_compatibility(given, expected, answer):
    assert verdict(given, expected) == answer


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (list[int], "yes"),
        (tuple[int, ...], "yes"),
        (Dataset, "yes"),
        (Any, "yes"),
        (dict[str, int] | list[int], "yes"),
        (dict[str, int], "no"),
        (str, "no"),
        (set[int] | None, "no"),
    ],
)
def test_what_a_map_task_works_on_is_a_list(given, answer):
    found = mapped_over(given)
    assert [d.severity for d in found] == ["error"] * (answer == "no")
    assert all("map task 'consume' works on the items of a list" in d.message for d in found)


NO_LISTS = (None, True, 1, 1.0, 1j, "a", b"a", {"a": 1}, {1}, frozenset({1}))


@pytest.mark.parametrize("value", NO_LISTS, ids=lambda value: type(value).__name__)
def test_what_is_refused_as_no_list_is_refused_where_it_runs_too(value):
    assert mapped_over(None if value is None else type(value))
    with pytest.raises(BindError):
        collection(value, "map task 'consume'")


@pytest.mark.parametrize(
    ("library", "name"), [("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table")]
)
def test_so_is_a_table(library, name):
    table = getattr(pytest.importorskip(library), name)
    assert mapped_over(table)
    with pytest.raises(BindError):
        collection(table({"a": [1]}) if name == "DataFrame" else table.from_pydict({"a": [1]}), "m")


def mapped_over(given):
    """Give what is said of a map task over what a step gives that is annotated so."""

    def produce():
        return None

    def consume(item: str):
        return item

    produce.__annotations__["return"] = given
    steps = step(produce, outputs=["items"]), map_task(consume, inputs=["items"])
    checked = check(trace(Pipeline.from_steps(*steps, name="p")))
    return [d for d in checked.diagnostics if d.code == "FML201"]


def test_the_parts_of_a_tuple_are_the_types_of_several_outputs():
    @step(outputs=["a", "b"])
    def split() -> tuple[int, str]:
        return 1, "x"

    @step
    def use(a: int, b: int):
        return a, b

    with pytest.raises(CompileError, match="Pipeline type validation failed") as error:
        Pipeline.from_steps(split, use, name="p").build()
    assert [(d.code, d.subject) for d in error.value.diagnostics] == [("FML201", "parameter 'b'")]


def test_a_tuple_of_another_length_than_the_outputs_is_an_error():
    @step(outputs=["a", "b"])
    def split() -> tuple[int, int, int]:
        return 1, 2, 3

    with pytest.raises(CompileError) as error:
        Pipeline.from_steps(split, name="p").build()
    assert [d.code for d in error.value.diagnostics] == ["FML202"]


def test_the_seeds_mismatch_is_refused():
    @step(outputs=["model"])
    def train() -> Model:
        return Model(object())

    @step(inputs=["model"])
    def evaluate(model: Dataset):
        pass

    with pytest.raises(ValueError, match="Pipeline type validation failed"):
        Pipeline("p").add_step(train).add_step(evaluate).build()
