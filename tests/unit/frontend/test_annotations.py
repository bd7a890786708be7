"""Annotations as data: one spelling per type."""

from __future__ import annotations

import collections.abc
import enum
import functools
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, Optional, TypeVar, Union

import pytest

from flowyml import Dataset, RunDate
from flowyml.frontend.annotations import hints, type_ir

if TYPE_CHECKING:
    from nowhere import Unknown

T = TypeVar("T")
UserId = NewType("UserId", int)


class Color(enum.Enum):
    RED = 1


class Outer:
    class Inner(dict): ...


HERE = __name__


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "int"),
        (None, "None"),
        (type(None), "None"),
        (list, "list"),
        (typing.List, "list"),  # noqa: UP006
        (typing.List[int], "list[int]"),  # noqa: UP006
        (list[int], "list[int]"),
        (dict[str, list[float]], "dict[str, list[float]]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (tuple[int, str], "tuple[int, str]"),
        (list[Any], "list"),
        (list[T], "list"),
        (dict[str, Any], "dict"),
        (Optional[int], "int | None"),  # noqa: UP045
        (int | None, "int | None"),
        (None | int, "None | int"),
        (Union[str, int, str], "str | int"),  # noqa: UP007
        (Union[int, Union[str, None]], "int | str | None"),  # noqa: UP007
        (Annotated[int, "x"], "int"),
        (RunDate, "datetime.datetime"),
        (Literal["a", 1, True, None], "typing.Literal['a', 1, True, None]"),
        (UserId, "int"),
        (collections.abc.Sequence[int], "collections.abc.Sequence[int]"),
        (typing.Mapping[str, int], "collections.abc.Mapping[str, int]"),
        (collections.abc.Callable[[int], str], "collections.abc.Callable"),
        (Path, "pathlib.Path"),
        (Dataset, "flowyml.Dataset"),
        (Color, f"{HERE}.Color"),
        (Outer.Inner, f"{HERE}.Outer.Inner"),
        (typing.Final[int], "int"),
    ],
)
def test_types(annotation, text):
    assert str(type_ir(annotation)) == text


@pytest.mark.parametrize(
    "annotation", [Any, object, T, "Unknown", int | Any, typing.NoReturn, 3, typing.ForwardRef("x")]
)
def test_what_says_nothing(annotation):
    assert type_ir(annotation) is None


def test_bases_are_named_publicly():
    assert type_ir(bool).bases == ("builtins.int",)
    assert type_ir(Outer.Inner).bases == ("builtins.dict",)
    assert "flowyml.Asset" in type_ir(Dataset).bases


def test_classes_of_libraries_have_their_public_names():
    pandas = pytest.importorskip("pandas")
    ensemble = pytest.importorskip("sklearn.ensemble")
    assert str(type_ir(pandas.DataFrame)) == "pandas.DataFrame"
    forest = type_ir(ensemble.RandomForestClassifier)
    assert forest.name == "sklearn.ensemble.RandomForestClassifier"
    assert "sklearn.base.BaseEstimator" in forest.bases


def test_hints_leave_out_what_cannot_be_evaluated():
    def f(a: int, b: Unknown, c: list[Color], d: 1 / 0) -> "None": ...  # noqa: UP037

    assert hints(f) == {"a": int, "c": list[Color], "return": type(None)}


def test_hints_know_the_enclosing_function():
    class Local: ...

    def f(a: Local): return Local  # fmt: skip

    assert hints(f) == {"a": Local}


def test_a_default_of_none_adds_nothing():
    def f(a: int = None): ...  # noqa: RUF013

    assert hints(f) == {"a": int}


def test_hints_of_what_stands_for_a_function():
    def f(a: int): ...

    @functools.wraps(f)
    def wrapper(*args): ...

    class Called:
        def __call__(self, a: str): ...

    assert hints(wrapper) == {"a": int}
    assert hints(functools.partial(f)) == {"a": int}
    assert hints(Called()) == {"a": str}
    assert hints(len) == {}
