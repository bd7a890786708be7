"""Our frozen dataclasses are those of the standard library, but for what making them costs."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, cast

import pytest

from flowyml.frozen import dataclass
from flowyml.frozen import dataclass as ours


def _made(make: Callable[..., Any]) -> tuple[Any, Any]:
    class Base:
        """A base."""

        name: str
        size: int = 3
        parts: dict[str, int] = dataclasses.field(default_factory=dict[str, int])

    made: Any = make(frozen=True, kw_only=True)(Base)

    more = {
        "__annotations__": {"seen": "object", "size": "int", "last": "str"},
        "seen": dataclasses.field(default=None, compare=False, repr=False),
        "size": 4,
    }
    return made, make(frozen=True, kw_only=True)(type("Derived", (made,), more))


BOTH = (_made(dataclasses.dataclass), _made(ours))


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A class that looks at its fields."""

    low: int
    high: int = 0

    def __post_init__(self) -> None:
        if self.high < self.low:
            object.__setattr__(self, "high", self.low)


def _facts(base: Any, derived: Any) -> list[Any]:
    one, same, other = (
        derived(name="a", last="z", seen=1),
        derived(name="a", last="z", seen=2),
        derived(name="b", last="z"),
    )
    fields = cast("dict[str, Any]", vars(one))
    return [
        repr(one).rpartition(".")[2],
        one == same,
        one == other,
        one == base(name="a"),
        hash(base(name="a", parts=())) == hash(base(name="a", parts=())),
        [(f.name, f.type, f.compare, f.kw_only) for f in dataclasses.fields(derived)],
        dataclasses.asdict(one),
        dataclasses.asdict(dataclasses.replace(one, size=9)),
        dataclasses.is_dataclass(base),
        str(inspect.signature(derived)),
        (base.size, derived.size, derived.seen, hasattr(base, "parts")),
        [*fields],
        one.parts is same.parts,
        vars(copy.deepcopy(one)),
    ]


def test_instances_are_those_of_the_standard_library() -> None:
    theirs, mine = (_facts(*classes) for classes in BOTH)
    assert mine == theirs


@pytest.mark.parametrize("classes", BOTH)
def test_what_is_no_field_and_what_is_missing_are_refused(classes: tuple[Any, Any]) -> None:
    _, derived = classes
    with pytest.raises(TypeError, match="last"):
        derived(name="a")
    with pytest.raises(TypeError, match="colour"):
        derived(name="a", last="z", colour="red")
    with pytest.raises(TypeError, match="positional"):
        derived("a", last="z")


@pytest.mark.parametrize("classes", BOTH)
def test_nothing_can_be_changed(classes: tuple[Any, Any]) -> None:
    one = classes[1](name="a", last="z")
    with pytest.raises(dataclasses.FrozenInstanceError, match="name"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="name"):
        del one.name


def test_a_class_checks_its_fields_after_they_are_set() -> None:
    assert Checked(low=3).high == 3
    assert dataclasses.replace(Checked(low=3), low=1).high == 3


def test_methods_of_the_class_s_own_stay() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Own:
        size: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __repr__(self) -> str:
            return "mine"

    @dataclass(frozen=True, kw_only=True)
    class Hashed:
        size: int

        def __hash__(self) -> int:
            return 7

    assert Own(size=1) == Own(size=2)
    assert hash(Own(size=1)) == hash(Own(size=1))
    assert (repr(Own(size=1)), hash(Hashed(size=1))) == ("mine", 7)


def test_instances_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Checked(low=1, high=2))) == Checked(low=1, high=2)


def test_one_of_the_standard_library_can_derive_from_ours() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class More(Checked):
        colour: str = "red"

    assert More(low=1) == More(low=1, high=1, colour="red")
    assert [field.name for field in dataclasses.fields(More)] == ["low", "high", "colour"]


def _derived(make: Callable[..., Any]) -> list[Any]:
    """What classes do that derive from one, in all the ways there are."""
    decorate = make(frozen=True, kw_only=True)
    given = {"a": 1, "b": []}

    class Low:
        a: int
        b: object = dataclasses.field(default=None, hash=False)

        def __post_init__(self) -> None:
            if self.a < 0:
                raise ValueError("low")

        def __call__(self, other: int) -> int:
            return other

    base = decorate(Low)
    again = decorate(type("Again", (base,), {"__annotations__": {"b": "list"}}))
    plain: Any = type("Plain", (base,), {"__init__": lambda self, other: None})
    theirs: Any = dataclasses.dataclass(frozen=True, kw_only=True)
    more = theirs(type("More", (base,), {"__annotations__": {"c": "int"}, "c": 0}))
    with pytest.raises(ValueError, match="low"):
        again(a=-1)
    return [
        hash(base(**given)) == hash(base(a=1)),
        base(**given) == base(a=1),
        again(a=1).b,
        [str(inspect.signature(each)) for each in (base, base(a=1), again, plain, more)],
    ]


def test_classes_derive_as_from_those_of_the_standard_library() -> None:
    assert _derived(ours) == _derived(dataclasses.dataclass)


def test_python_3_13_copies_with_changes() -> None:
    one: Any = Checked(low=1, high=2)
    assert one.__replace__(high=3) == Checked(low=1, high=3)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("ClassVar[int]", 1),
        ("dataclasses.InitVar[int]", 1),
        ("int", dataclasses.field(default=1, init=False)),
    ],
)
def test_what_only_the_standard_library_makes_is_refused(annotation: str, value: object) -> None:
    class Other:
        __annotations__ = {"name": annotation}
        name = value

    with pytest.raises(TypeError, match="name takes a dataclass of the standard library"):
        ours(frozen=True, kw_only=True)(Other)


def test_one_of_the_standard_library_is_no_base_of_ours() -> None:
    base = dataclasses.make_dataclass("Base", ["size"], frozen=True)
    with pytest.raises(TypeError, match="Ours derives from"):
        ours(frozen=True, kw_only=True)(type("Ours", (base,), {}))


def test_all_classes_have_the_same_methods() -> None:
    one, other = _made(ours)  # to write the source of methods is what takes the time
    for name in ("__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__"):
        assert vars(one)[name] is vars(other)[name]
