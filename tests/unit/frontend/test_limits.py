"""What annotations say of a value besides its type."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NewType

import pytest
from annotated_types import Ge, Gt, Interval, Le, Len, MinLen
from pydantic import Field, PositiveInt, StringConstraints

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
