"""What annotations say of a value besides its type."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NewType

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, MinLen, Predicate, Unit, doc
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveInt,
    StrictInt,
    StringConstraints,
)

from flowyml.frontend.limits import said

Port = NewType("Port", Annotated[int, Ge(1)])  # type: ignore[valid-newtype]


@pytest.mark.parametrize(
    ("annotation", "limits"),
    [
        (int, None),
        (Annotated[int, "a note", Ge], None),
        (Annotated[int, Field(gt=0, le=9)], {"exclusiveMinimum": 0, "maximum": 9}),
        (Annotated[float, Field(ge=0, lt=1)], {"minimum": 0, "exclusiveMaximum": 1}),
        (Annotated[int, Interval(ge=1, lt=3)], {"minimum": 1, "exclusiveMaximum": 3}),
        (Annotated[int, Field(multiple_of=5)], {"multipleOf": 5}),
        (Annotated["int | float", Gt(0)], {"exclusiveMinimum": 0}),
        (PositiveInt, {"exclusiveMinimum": 0}),
        (PositiveInt | None, {"exclusiveMinimum": 0}),
        (Annotated[Annotated[int, Ge(1)], Le(4)], {"minimum": 1, "maximum": 4}),
        (Port, {"minimum": 1}),
        (Annotated[str, Len(0, 3)], {"maxLength": 3}),
        (Annotated[str, StringConstraints(min_length=1)], {"minLength": 1}),
        (Annotated[str, Field(pattern=re.compile("a+"))], {"pattern": "a+"}),
        (Annotated[list[str], MinLen(1)], {"minItems": 1}),
        (Annotated[Sequence[int] | None, MinLen(1)], {"minItems": 1}),
        (Annotated[Mapping[str, int], MinLen(1)], {"minProperties": 1}),
        (Annotated[Annotated[dict, "a note"], MinLen(1)], {"minProperties": 1}),
        (Annotated[Any, MinLen(1)], {"minLength": 1}),
        (Literal["a", 2], {"enum": ["a", 2]}),
        (Literal["a"] | None, {"enum": ["a"]}),
        (Literal[b"a"], None),
        (list[Literal["a"]], None),
        (
            Annotated[float, Gt(datetime.timedelta(1))],
            {"exclusiveMinimum": "datetime.timedelta(days=1)"},
        ),
    ],
)
def test_limits_are_read_as_json_schema_has_them(annotation, limits):
    assert said(annotation) == (limits, None)


def test_the_outermost_description_counts():
    inner = Annotated[Literal["a"], Field(description="within")]
    assert said(inner) == ({"enum": ["a"]}, "within")
    assert said(Annotated[inner, Field(description="around")]).description == "around"
    assert said(Annotated[inner | None, Field(gt=0)]).description == "within"


@pytest.mark.parametrize(
    ("annotation", "unread"),
    [
        (Annotated[int, AfterValidator(abs), Gt(0)], ["AfterValidator"]),
        (Annotated[int, BeforeValidator(abs)], ["BeforeValidator"]),
        (Annotated[int, Predicate(bool)], ["Predicate"]),
        (Annotated[str, StringConstraints(strip_whitespace=True)], ["StringConstraints(strip_wh"]),
        (Annotated[str, StringConstraints(to_lower=True, strict=False)], ["StringConstraints(to_"]),
        (StrictInt, ["Strict"]),
        (
            Annotated[int, Field(default=3, alias="n")],
            ["Field(default=", "Field(alias=", "Field(v"],
        ),
        (Annotated[float, Field(max_digits=3)], ["Field(max_digits="]),
    ],
)
def test_what_has_an_effect_elsewhere_alone_is_listed(annotation, unread):
    found = (said(annotation).limits or {})["unread"]
    assert [a.startswith(b) for a, b in zip(found, unread, strict=True)] == [True] * len(unread)


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[float, Field(title="a", examples=[1.0], description="b", allow_inf_nan=False)],
        Annotated[str, StringConstraints(strip_whitespace=False)],
        Annotated[int, Unit("m"), doc("b")],
        list[Annotated[int, AfterValidator(abs)]],
    ],
)
def test_words_for_people_and_what_changes_nothing_are_not(annotation):
    assert said(annotation).limits is None
