"""`dataclasses.dataclass(frozen=True, kw_only=True)`, for classes that every process defines.

The standard library writes the source of up to eight methods for each class and compiles it, which
takes longer than all else that importing a module does. A worker that starts for one step, and a
command that compiles one pipeline, would spend most of their time there. Here all classes have the
same methods, which go by the names of the fields. Type checkers see the standard library's own
decorator, and its functions (`fields`, `replace`, `asdict`) take the instances.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from operator import attrgetter
from reprlib import recursive_repr
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

T = TypeVar("T")
Fields = Mapping[str, "dataclasses.Field[Any]"]
_NOTHING: Any = dataclasses.MISSING
_FIELD: Any = dataclasses.Field


class _Known:
    """What the methods of one class go by; what only some of them need is found when they do.

    Args:
        stated: for each field, in order, its default or what `dataclasses.field` gave.
        annotations: their types.

    Attributes:
        initial: the fields with their defaults; None where there is none.
        needed: those without a default.
        makers: what makes a default for each instance.
    """

    def __init__(self, stated: Mapping[str, Any], annotations: Mapping[str, Any]) -> None:
        self.stated, self.annotations = stated, annotations
        self.initial: dict[str, Any] = {}
        self.needed: set[str] = set()
        self.makers: list[tuple[str, Callable[[], Any]]] = []
        for name, value in stated.items():
            default, make = value, _NOTHING
            if isinstance(value, _FIELD):
                default, make = value.default, value.default_factory
            if make is not _NOTHING:  # what `dict[str, int]` makes is a dict, in more time
                self.makers.append((name, getattr(make, "__origin__", make)))
            elif default is _NOTHING:
                self.needed.add(name)
            self.initial[name] = None if default is _NOTHING else default

    @cached_property
    def fields(self) -> Fields:
        """What is stated of each field, in the words of the standard library."""
        stated, plain = self.stated.items(), dataclasses.field
        return {n: v if isinstance(v, _FIELD) else plain(default=v) for n, v in stated}

    @cached_property
    def compared(self) -> Callable[[object], Any]:
        """Gives those that tell whether two instances are equal."""
        return attrgetter("__class__", *(n for n, f in self.fields.items() if f.compare))

    @cached_property
    def hashed(self) -> Callable[[object], Any]:
        """Gives those that count for the hash."""
        counted = {n: f.compare if f.hash is None else f.hash for n, f in self.fields.items()}
        return attrgetter("__class__", *(name for name, counts in counted.items() if counts))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Those that an instance shows."""
        return tuple(name for name, field in self.fields.items() if field.repr)


def _dataclass(
    *,
    frozen: Literal[True],  # noqa: ARG001 - said where it is used, for readers and type checkers
    kw_only: Literal[True],  # noqa: ARG001
) -> Callable[[type[T]], type[T]]:
    """Make a class as `dataclasses.dataclass` does.

    Raises:
        TypeError: the class has what only that can make.
    """

    def decorate(cls: type[T]) -> type[T]:
        checks = hasattr(cls, "__post_init__")
        own = dict(vars(cls))
        for name, method in (_CHECKING if checks else _METHODS).items():
            if own.get(name) is None:  # Python itself takes `__hash__` from what has `__eq__`
                setattr(cls, name, method)
        cls.__flowyml_fields__ = _known(cls, own.get("__annotations__", {}))  # type: ignore[attr-defined]
        return cls

    return decorate


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass


def _theirs(cls: type[Any], *, init: bool) -> Any:
    """Let the standard library make a class with the same fields."""
    known: _Known = cls.__flowyml_fields__
    space = {"__annotations__": known.annotations, **known.fields}
    make: Any = dataclasses.dataclass(kw_only=True, init=init, repr=False, eq=False)
    return make(type(cls.__name__, (), space))


class _Stated:
    """`__dataclass_fields__`, by which the standard library knows its own; made once it asks."""

    def __get__(self, _: object, owner: type[Any]) -> Fields:
        found: Fields = _theirs(owner, init=False).__dataclass_fields__
        owner.__dataclass_fields__ = found
        return found


class _Signature:
    """`__signature__`, which `inspect.signature` gives: of classes that are made as we do it."""

    def __get__(self, instance: object, owner: type[Any]) -> Any:
        import inspect

        if instance is not None or owner.__init__ not in (_init, _init_and_check):
            raise AttributeError("__signature__")
        return inspect.signature(_theirs(owner, init=True))


def _init(self: Any, /, **given: Any) -> None:
    known: _Known = self.__flowyml_fields__
    values = known.initial | given
    if len(values) != len(known.initial) or not known.needed <= given.keys():
        raise TypeError(_mismatch(type(self).__qualname__, known, given))
    for name, make in known.makers:
        if name not in given:
            values[name] = make()
    object.__setattr__(self, "__dict__", values)


def _init_and_check(self: Any, /, **given: Any) -> None:
    _init(self, **given)
    self.__post_init__()


def _mismatch(name: str, known: _Known, given: Mapping[str, Any]) -> str:
    unknown = [each for each in given if each not in known.initial]
    missing = [each for each in known.initial if each in known.needed and each not in given]
    said = [f"has no field {', '.join(map(repr, unknown))}"] if unknown else []
    said += [f"needs {', '.join(map(repr, missing))}"] if missing else []
    return f"{name}() {' and '.join(said)}"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name in self.__flowyml_fields__.shown)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    compared = self.__flowyml_fields__.compared
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(self.__flowyml_fields__.hashed(self))


def _refuse(self: object, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"'{name}' of a {type(self).__qualname__} is fixed")


_METHODS: dict[str, Any] = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__replace__": dataclasses.replace,  # what `copy.replace` asks for, from Python 3.13 on
    "__signature__": _Signature(),
    "__dataclass_fields__": _Stated(),
    "__dataclass_params__": SimpleNamespace(frozen=True),  # what one that derives from it asks for
}
_CHECKING = {**_METHODS, "__init__": _init_and_check}


def _known(cls: type[Any], annotations: Mapping[str, Any]) -> _Known:
    """Read the fields off a class, those of its bases first."""
    stated: dict[str, Any] = {}
    known: dict[str, Any] = {}
    for base in reversed(cls.__bases__):
        if (above := getattr(base, "__flowyml_fields__", None)) is not None:
            stated |= above.stated
            known |= above.annotations
        if "__dataclass_fields__" in vars(base) and "__flowyml_fields__" not in vars(base):
            raise TypeError(f"{cls.__qualname__} derives from a dataclass of the standard library")
    for name, annotation in annotations.items():
        stated[name], known[name] = _stated(cls, name, str(annotation)), annotation
    return _Known(stated, known)


def _stated(cls: type[Any], name: str, annotation: str) -> Any:
    """Give what a class says of a field; the class keeps a plain default, and nothing else."""
    value: Any = getattr(cls, name, _NOTHING)  # also the default that a base gives it
    if "ClassVar" in annotation or "InitVar" in annotation:
        raise TypeError(f"{cls.__qualname__}.{name} takes a dataclass of the standard library")
    if isinstance(value, _FIELD):
        if not value.init:
            raise TypeError(f"{cls.__qualname__}.{name} takes a dataclass of the standard library")
        if value.default is _NOTHING:
            delattr(cls, name)
        else:
            setattr(cls, name, value.default)
    return value


def replaced(record: T, **changes: object) -> T:
    """Copy a frozen dataclass with changes, in a fifth of the time of `dataclasses.replace`.

    The generated `__init__` of a frozen class sets each field through `object.__setattr__`. Here
    the fields are taken over at once, so it is only for classes without `__post_init__` or slots,
    and for names that are fields.
    """
    copy = object.__new__(type(record))
    object.__setattr__(copy, "__dict__", {**vars(record), **changes})
    return copy
