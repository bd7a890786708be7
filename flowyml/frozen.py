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
from operator import attrgetter
from reprlib import recursive_repr
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

T = TypeVar("T")
Fields = Mapping[str, "dataclasses.Field[Any]"]


class _Known:
    """What the methods of one class go by.

    Args:
        fields: what is stated of each field, in order.
        annotations: their types.

    Attributes:
        initial: the fields with their defaults; None where there is none.
        needed: those without a default.
        makers: what makes a default for each instance.
        compared: gives those that tell whether two instances are equal.
        hashed: gives those that count for the hash.
        shown: those that an instance shows.
    """

    def __init__(self, fields: Fields, annotations: Mapping[str, Any]) -> None:
        self.fields, self.annotations = fields, annotations
        nothing = dataclasses.MISSING
        plain = {name: field.default for name, field in fields.items()}
        # What `dict[str, int]` makes is a dict, with a look for a place to note the types.
        makers = [
            (name, getattr(field.default_factory, "__origin__", field.default_factory))
            for name, field in fields.items()
        ]
        self.makers = tuple((name, make) for name, make in makers if make is not nothing)
        self.initial = {n: None if value is nothing else value for n, value in plain.items()}
        self.needed = {n for n, v in plain.items() if v is nothing} - dict(self.makers).keys()
        compared = [name for name, field in fields.items() if field.compare]
        self.compared = attrgetter("__class__", *compared)
        counted = {n: f.compare if f.hash is None else f.hash for n, f in fields.items()}
        self.hashed = attrgetter("__class__", *(name for name, counts in counted.items() if counts))
        self.shown = tuple(name for name, field in fields.items() if field.repr)


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
        made = {**_METHODS, "__init__": _init_and_check if checks else _init}
        made |= {"__flowyml_fields__": _known(cls), "__dataclass_fields__": _Stated()}
        made |= {"__signature__": _Signature()}
        for name, method in made.items():
            if vars(cls).get(name) is None:  # Python itself takes `__hash__` from what has `__eq__`
                setattr(cls, name, method)
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
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__replace__": dataclasses.replace,  # what `copy.replace` asks for, from Python 3.13 on
    "__dataclass_params__": SimpleNamespace(frozen=True),  # what one that derives from it asks for
}


def _known(cls: type[Any]) -> _Known:
    """Read the fields off a class, those of its bases first."""
    fields: dict[str, dataclasses.Field[Any]] = {}
    annotations: dict[str, Any] = {}
    for base in reversed(cls.__bases__):
        if (above := getattr(base, "__flowyml_fields__", None)) is not None:
            fields |= above.fields
            annotations |= above.annotations
        if "__dataclass_fields__" in vars(base) and "__flowyml_fields__" not in vars(base):
            raise TypeError(f"{cls.__qualname__} derives from a dataclass of the standard library")
    for name, annotation in vars(cls).get("__annotations__", {}).items():
        fields[name], annotations[name] = _field(cls, name), annotation
        _check(f"{cls.__qualname__}.{name}", fields[name], str(annotation))
    return _Known(fields, annotations)


def _check(name: str, field: dataclasses.Field[Any], annotation: str) -> None:
    """Refuse what would silently be taken for a plain field."""
    if not field.init or "ClassVar" in annotation or "InitVar" in annotation:
        raise TypeError(f"{name} takes a dataclass of the standard library")


def _field(cls: type[Any], name: str) -> dataclasses.Field[Any]:
    """Give what a class says of a field; the class keeps a plain default, and nothing else."""
    value: Any = getattr(cls, name, dataclasses.MISSING)  # also the default that a base gives it
    if not isinstance(value, dataclasses.Field):
        plain: dataclasses.Field[Any] = dataclasses.field(default=value)
        return plain
    stated: dataclasses.Field[Any] = vars(cls)[name]
    if stated.default is dataclasses.MISSING:
        delattr(cls, name)
    else:
        setattr(cls, name, stated.default)
    return stated
